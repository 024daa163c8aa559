import { Text } from 'ink';
import { useState } from 'react';
import type { SessionChoice } from '../host.js';
import { useKeys } from '../input.js';
import type { Rectangle } from '../layout.js';
import { useTheme } from '../theme_context.js';
import { Card, cardCells, Gap, KeyRow } from '../widgets/card.js';
import { Prompt } from '../widgets/prompt.js';

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'id' }
  | { readonly kind: 'hash'; readonly apiId: number };

/** The very first start: try the demo, or say who you are to Telegram. */
export function FirstRunView({
  area,
  onlyAccount = false,
  onChoose,
}: {
  readonly area: Rectangle;
  /** Begin with the api id: somebody wants to say another one. */
  readonly onlyAccount?: boolean;
  readonly onChoose: (choice: SessionChoice) => void;
}) {
  const [step, setStep] = useState<Step>({ kind: onlyAccount ? 'id' : 'choose' });
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
  const cells = cardCells(area);
  return (
    <Card area={area} title="Welcome to tad">
      <Gap />
      {step.kind === 'choose' ? (
        <>
          <Text>tad mirrors the audio of your Telegram chats to this disk,</Text>
          <Text>and keeps a library of what it fetched.</Text>
          <Gap />
          <KeyRow name="d">demo: a Telegram server of our own, nothing leaves this machine</KeyRow>
          <KeyRow name="a">your Telegram account</KeyRow>
          <KeyRow name="q">quit</KeyRow>
        </>
      ) : (
        <>
          <Text>Telegram wants to know which program asks.</Text>
          <Text>Get an api id and hash, free and once, under "API development tools" at</Text>
          <Text bold>https://my.telegram.org</Text>
          <Gap />
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
          <Gap />
          <Text dimColor>Enter goes on, Esc goes back</Text>
        </>
      )}
    </Card>
  );
}
