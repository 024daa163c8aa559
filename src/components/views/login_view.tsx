import { Box, Text } from 'ink';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type TadError, toTadError } from '../../core/errors.js';
import type { Core, LoginPrompts } from '../../core/face.js';
import { duration } from '../format.js';
import type { DashboardHost } from '../host.js';
import { useKeys } from '../input.js';
import type { Rectangle } from '../layout.js';
import { useTheme } from '../theme_context.js';
import { Card, cardCells, Gap, KeyRow } from '../widgets/card.js';
import { Pane } from '../widgets/pane.js';
import { Prompt } from '../widgets/prompt.js';
import { Told } from '../widgets/told.js';
import { Working } from '../widgets/working.js';

interface Question {
  readonly label: string;
  readonly explanation: string;
  readonly problem: string | undefined;
  readonly isSecret: boolean;
  readonly answer: (text: string) => void;
}

type Stage =
  | { readonly kind: 'method' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'qr'; readonly link: string; readonly expires: number };

const TITLE = 'Log in to Telegram';

/** Logs in to Telegram, by phone number or by QR code. Wrong answers are explained and asked for again. */
export function LoginView(props: {
  readonly area: Rectangle;
  readonly core: Core;
  readonly host: DashboardHost;
  /** Why one has to log in again. */
  readonly reason?: TadError | undefined;
  readonly onLoggedIn: () => void;
  /** The person wants another api id and hash. */
  readonly onOtherId: () => void;
}) {
  const { area, core, host, onLoggedIn, onOtherId } = props;
  const [stage, setStage] = useState<Stage>({ kind: 'method' });
  const [failure, setFailure] = useState(props.reason);
  const [secondsLeft, wait] = useCountdown();
  const attempt = useRef<AbortController>(undefined);
  const { colours } = useTheme();
  useEffect(() => () => attempt.current?.abort(), []);

  const giveUp = () => {
    attempt.current?.abort();
    wait(0);
    setStage({ kind: 'method' });
  };
  const start = (method: LoginPrompts['method']) => {
    attempt.current?.abort();
    const abort = new AbortController();
    attempt.current = abort;
    const ask = (label: string, explanation: string, problem: string | undefined, isSecret = false) =>
      new Promise<string>((resolve, reject) => {
        abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
        const answer = (text: string) => {
          setStage({ kind: 'busy' });
          resolve(text.trim());
        };
        wait(0);
        setStage({ kind: 'question', question: { label, explanation, problem, isSecret, answer } });
      });
    setFailure(undefined);
    setStage({ kind: 'busy' });
    core
      .login(
        {
          method,
          phone: (problem) =>
            ask('Phone number:', 'With the country code, for example +49 170 1234567.', problem),
          code: ({ sentTo, length }, problem) =>
            ask(
              'Code:',
              `Telegram sent ${length === undefined ? 'it' : `${length} digits`} to ${sentTo}.`,
              problem,
            ),
          password: (hint, problem) =>
            ask(
              'Password:',
              hint ? `Your two-step password. Hint: ${hint}` : 'Your two-step password.',
              problem,
              true,
            ),
          qr: (link, expires) => setStage({ kind: 'qr', link, expires }),
          wait,
        },
        abort.signal,
      )
      .then(onLoggedIn, (error: unknown) => {
        if (attempt.current !== abort) return;
        const problem = toTadError(error);
        wait(0);
        setStage({ kind: 'method' });
        if (problem.code !== 'cancelled') setFailure(problem);
      });
  };

  useKeys(stage.kind !== 'question', (name) => {
    if (stage.kind === 'method' && name === 'p') start('phone');
    else if (stage.kind === 'method' && name === 'r') start('qr');
    else if (stage.kind === 'method' && name === 'a') onOtherId();
    else if (stage.kind !== 'method' && name === 'escape') giveUp();
    else if (stage.kind === 'qr' && name === 'p') start('phone');
    else return false;
    return true;
  });

  const cells = cardCells(area);
  if (stage.kind === 'qr') {
    return (
      <Pane area={area} title={TITLE} isFocused>
        <QrCode
          lines={host.qrLines(stage.link)}
          cells={area.width - 4}
          rows={area.height - 2}
          link={stage.link}
        />
      </Pane>
    );
  }
  return (
    <Card area={area} title={TITLE}>
      <Gap />
      {stage.kind === 'method' && (
        <>
          <Text>tad reads your chats as one more device of your account.</Text>
          <Gap />
          <KeyRow name="p">phone number and code</KeyRow>
          <KeyRow name="r">QR code, scanned by Telegram on your phone</KeyRow>
          <KeyRow name="a">another api id and hash</KeyRow>
          <KeyRow name="q">quit</KeyRow>
        </>
      )}
      {stage.kind === 'busy' && (
        <>
          {secondsLeft > 0 ? (
            <Text>Telegram asks to wait {duration(secondsLeft)}.</Text>
          ) : (
            <Box>
              <Working />
              <Text>Asking Telegram…</Text>
            </Box>
          )}
          <Gap />
          <Text dimColor>Esc goes back</Text>
        </>
      )}
      {stage.kind === 'question' && (
        <>
          <Told text={stage.question.explanation} cells={cells} rows={3} />
          <Gap />
          <Prompt
            key={`${stage.question.label}${stage.question.problem ?? ''}`}
            label={stage.question.label}
            cells={cells}
            isSecret={stage.question.isSecret}
            onSubmit={stage.question.answer}
            onCancel={giveUp}
          />
          <Told text={stage.question.problem ?? ' '} cells={cells} rows={3} colour={colours.bad} />
          <Gap />
          <Text dimColor>Enter sends, Esc goes back</Text>
        </>
      )}
      {failure !== undefined && (
        <>
          <Gap />
          <Told text={failure.message} cells={cells} rows={2} colour={colours.bad} />
          {failure.hint !== undefined && <Told text={failure.hint} cells={cells} rows={2} isDim />}
        </>
      )}
    </Card>
  );
}

/** Whole seconds that are left of a wait, counted down; there is a timer only while there are some. */
function useCountdown(): readonly [number, (seconds: number) => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const wait = useCallback((seconds: number) => setLeft(Math.ceil(seconds)), []);
  return [left, wait];
}

function QrCode(props: {
  readonly lines: readonly string[];
  readonly cells: number;
  readonly rows: number;
  readonly link: string;
}) {
  const { lines, cells, rows, link } = props;
  const { glyphs } = useTheme();
  const hasBlocks = glyphs.eighths.length > 0;
  if (!hasBlocks || lines.length + 1 > rows) {
    return (
      <>
        <Text>
          {hasBlocks
            ? 'The terminal is too small for a QR code: make it larger, or open this link on the phone:'
            : 'This terminal cannot draw a QR code: open this link on the phone:'}
        </Text>
        {/* Whole: half a link is none. */}
        <Told text={link} cells={cells} rows={rows - 3} />
        <Text dimColor>Esc goes back</Text>
      </>
    );
  }
  return (
    <Box flexDirection="column">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the code is its place
        <Text key={i} color="white" backgroundColor="black">
          {line}
        </Text>
      ))}
      <Text dimColor>Telegram on your phone: Settings, Devices, Link Desktop Device. Esc goes back.</Text>
    </Box>
  );
}
