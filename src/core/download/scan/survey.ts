import type { CoreEmitter } from '../../events.js';
import type { AudioKind, ChatTarget } from '../../types.js';
import { type ChatScanOptions, scanTarget } from './chat_scan.js';

const PAGE = 100;

export interface SurveyOptions extends Omit<ChatScanOptions, 'kinds' | 'pageSize' | 'limit' | 'onPage'> {
  readonly target: ChatTarget;
  readonly kinds: readonly AudioKind[];
  readonly events: CoreEmitter;
}

/**
 * Brings the library up to date with a chat without fetching any file: what a face lists. Asks the server only for what has
 * not been seen.
 * @throws TadError as the gateway's scan
 */
export async function survey(options: SurveyOptions): Promise<void> {
  const { target, events, library, ...rest } = options;
  let scanned = 0;
  let matched = 0;
  let total: number | undefined;
  const tell = (done: boolean) =>
    events.emit('chat.scan', {
      chatId: target.chat.id,
      chatTitle: target.chat.title,
      scanned,
      matched,
      ...(total !== undefined && { total }),
      done,
    });
  try {
    const pages = scanTarget({
      ...rest,
      library,
      target,
      pageSize: PAGE,
      onPage: (page) => {
        scanned += page.looked;
        total = page.total ?? total;
        tell(false);
      },
    });
    for await (const page of pages) matched += page.length;
  } finally {
    tell(true);
  }
}
