import type { CoreEmitter } from '../../events.js';
import type { Library } from '../../library/library.js';
import type { PersistOptions } from '../policies/persist.js';
import { type ChatScanOptions, scanTarget } from './chat_scan.js';

const PAGE = 100;

export interface SurveyOptions
  extends Pick<ChatScanOptions, 'gateway' | 'target' | 'kinds'>,
    Pick<PersistOptions, 'clock' | 'random' | 'signal' | 'dataCentre'> {
  readonly library: ChatScanOptions['library'] & Pick<Library, 'saveChats'>;
  readonly events: CoreEmitter;
}

/**
 * Brings the library up to date with a chat without fetching any file: what a face lists. Asks the server only for what has
 * not been seen.
 * @throws TadError as the gateway's scan
 */
export async function survey(options: SurveyOptions): Promise<void> {
  const { target, kinds, events, library, gateway, clock, random, signal, dataCentre } = options;
  let scanned = 0;
  let matched = 0;
  let total: number | undefined;
  let isWhole = false;
  const tell = (done: boolean) =>
    events.emit('chat.scan', {
      chatId: target.chat.id,
      chatTitle: target.chat.title,
      scanned,
      matched,
      ...(total !== undefined && { total }),
      done,
      ...(done && !isWhole && { incomplete: true }),
    });
  library.saveChats([target.chat]);
  try {
    const pages = scanTarget({
      gateway,
      library,
      target,
      kinds,
      pageSize: PAGE,
      persist: {
        clock,
        random,
        signal,
        dataCentre,
        isAnswer: true,
        onWaiting: ({ reason }) => {
          events.emit('notice', { level: 'info', text: `${target.chat.title}: the scan waits: ${reason}` });
        },
      },
      onPage: (page) => {
        scanned += page.looked;
        total = page.total ?? total;
        tell(false);
      },
    });
    for await (const page of pages) matched += page.length;
    isWhole = true;
  } finally {
    tell(true);
  }
}
