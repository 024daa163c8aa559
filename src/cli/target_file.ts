import { TadError } from '../core/errors.js';
import { LineTooLongError, StreamingDataProcessor } from '../core/memory/index.js';

/** What one line of a list names: a chat, or one message of it. */
export interface NamedTarget {
  /** As on the command line: a title, @name, link or id. */
  readonly name: string;
  readonly messageId?: number;
  /** Where it stands in the file, from 1 on. */
  readonly line: number;
}

const MAX_LINE_BYTES = 64 * 1024;

/**
 * The chats and messages that a file names, one a line: as on the command line, or as `tad export --json` writes them.
 * Empty lines and those that begin with # are left out. Read piece by piece, whatever the file's size.
 * @throws TadError `usage`, with the number of the line that says nothing; `not-found` when the file cannot be read
 */
export async function* targetsIn(path: string, signal: AbortSignal): AsyncGenerator<NamedTarget, void> {
  const lines = new StreamingDataProcessor({ maxLineBytes: MAX_LINE_BYTES }).processFileLines(path, {
    signal,
  });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      const text = line.trim();
      if (text === '' || text.startsWith('#')) continue;
      const target = text.startsWith('{') ? fromRecord(text) : { name: text };
      if (!target) throw new TadError('usage', `${path}, line ${number}: no chatId in it`);
      yield { ...target, line: number };
    }
  } catch (error) {
    if (signal.aborted || error instanceof TadError) throw error;
    if (error instanceof LineTooLongError) throw new TadError('usage', `${path}: ${error.message}`);
    throw new TadError('not-found', `cannot read ${path}: ${reasonOf(error)}`, undefined, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission',
  EISDIR: 'it is a directory',
};

/** In words for what people get wrong, else as the system says it. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return REASONS[code] ?? code;
}

function fromRecord(text: string): Omit<NamedTarget, 'line'> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('chatId' in value)) return undefined;
  const { chatId } = value;
  if (typeof chatId !== 'string') return undefined;
  const messageId = 'messageId' in value ? value.messageId : undefined;
  return typeof messageId === 'number' ? { name: chatId, messageId } : { name: chatId };
}
