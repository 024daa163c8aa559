import { useMemo } from 'react';
import type { Core } from '../../core/face.js';
import type { AudioMessage } from '../../core/types.js';
import { useGlance } from './use_glance.js';

/** The cover of a message that the person looks at, as Telegram offers it: JPEG. */
export function useCover(core: Core, message: AudioMessage | undefined): Uint8Array | undefined {
  const isOffered = message?.thumb !== undefined;
  const { chatId, messageId } = message ?? {};
  const read = useMemo(
    () =>
      isOffered && chatId !== undefined && messageId !== undefined
        ? (signal: AbortSignal) => core.cover(chatId, messageId, signal)
        : undefined,
    [core, isOffered, chatId, messageId],
  );
  const cover = useGlance(read);
  return cover === 'none' ? undefined : cover;
}
