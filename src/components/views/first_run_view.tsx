import { Text } from 'ink';
import { useState } from 'react';
import type { SessionChoice } from '../host.js';
import { useKeys } from '../input.js';
import type { Rectangle } from '../layout.js';
import { useTheme } from '../theme_context.js';
import { Pane } from '../widgets/pane.js';
import { Prompt } from '../widgets/prompt.js';

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'id' }
  | { readonly kind: 'hash'; readonly apiId: number };

/** The very first start: try the demo, or say who you are to Telegram. */
export function FirstRunView({
  area,
  onChoose,
}: {
  readonly area: Rectangle;
  readonly onChoose: (choice: SessionChoice) => void;
}) {
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [problem, setProblem] = useState<string>();
  const { colours } = useTheme();
  useKeys(step.kind === 'choose', (name) => {
    if (name === 'd') onChoose({ kind: 'demo' });
    else if (name === 'a') setStep({ kind: 'id' });
    else return false;
    return true;
  });
  const back = () => {
    setProblem(undefined);
    setStep({ kind: 'choose' });
  };
  const takeId = (text: string) => {
    const apiId = Number(text.trim());
    if (!Number.isInteger(apiId) || apiId <= 0 || apiId > 2 ** 31 - 1) {
      setProblem('The api id is a number, such as 1234567.');
      return;
    }
    setProblem(undefined);
    setStep({ kind: 'hash', apiId });
  };
  const takeHash = (apiId: number, text: string) => {
    const apiHash = text.trim();
    if (!/^[0-9a-f]{32}$/i.test(apiHash)) {
      setProblem('The api hash has 32 characters, digits and a to f.');
      return;
    }
    onChoose({ kind: 'account', apiId, apiHash });
  };
  const cells = area.width - 4;
  return (
    <Pane area={area} title="Welcome to tad" isFocused>
      {step.kind === 'choose' ? (
        <>
          <Text>tad mirrors the audio of Telegram chats to your disk and keeps a library of it.</Text>
          <Text> </Text>
          <Text bold>d demo: a Telegram server of our own, nothing leaves this machine</Text>
          <Text bold>a your Telegram account</Text>
          <Text dimColor>q quit</Text>
        </>
      ) : (
        <>
          <Text>Telegram wants to know which program asks: get an api id and hash (free, once) at</Text>
          <Text bold>https://my.telegram.org, "API development tools"</Text>
          <Text> </Text>
          {step.kind === 'id' ? (
            <Prompt key="id" label="Api id:" cells={cells} onSubmit={takeId} onCancel={back} />
          ) : (
            <Prompt
              key="hash"
              label="Api hash:"
              cells={cells}
              onSubmit={(text) => takeHash(step.apiId, text)}
              onCancel={back}
            />
          )}
          <Text {...(colours.bad !== undefined && { color: colours.bad })}>{problem ?? ' '}</Text>
          <Text dimColor>Enter goes on, Esc goes back</Text>
        </>
      )}
    </Pane>
  );
}
