import { join } from 'node:path';
import type { Library } from '../../library/library.js';
import type { AudioMessage } from '../../types.js';
import { candidateName, chatDirectoryName, proposeName } from './file_name.js';

/** Where a message's file is, or would be put as names are taken now; promises nothing. */
export function plannedPath(
  library: Pick<Library, 'track' | 'transferPath' | 'chat'>,
  outDir: string,
  message: AudioMessage,
): string {
  const { documentId } = message.location;
  const known = library.track(documentId)?.path ?? library.transferPath(documentId);
  if (known !== undefined) return known;
  const chat = library.chat(message.chatId) ?? { id: message.chatId, title: message.chatId };
  return join(outDir, chatDirectoryName(chat), candidateName(proposeName(message), 1));
}
