import { openAuthMethods } from './auth.js';
import type { MethodTable } from './call.js';
import { chatMethods } from './chats.js';
import { openConfigMethods } from './config.js';
import { dialogMethods } from './dialogs.js';
import { fileMethods } from './files.js';
import { forumMethods } from './forum.js';
import { historyMethods } from './history.js';
import { inviteMethods } from './invites.js';
import { messageMethods } from './messages.js';
import { openPasswordMethods } from './password.js';
import { openQrMethods, qrMethods } from './qr.js';
import { openSessionMethods, sessionMethods } from './sessions.js';
import { updateMethods } from './updates.js';
import { userMethods } from './users.js';

/** May be called with a key that nobody has logged in with. */
export const OPEN_METHODS: MethodTable = {
  ...openAuthMethods,
  ...openConfigMethods,
  ...openPasswordMethods,
  ...openQrMethods,
  ...openSessionMethods,
};

/** All others; upload.getFile has a path of its own (files.ts). */
export const METHODS: MethodTable = {
  ...chatMethods,
  ...dialogMethods,
  ...fileMethods,
  ...forumMethods,
  ...historyMethods,
  ...inviteMethods,
  ...messageMethods,
  ...qrMethods,
  ...sessionMethods,
  ...updateMethods,
  ...userMethods,
};

/** Where flood waits and internal errors may strike, besides upload.getFile. */
export const TROUBLED_METHODS: ReadonlySet<string> = new Set([
  ...Object.keys(historyMethods),
  ...Object.keys(messageMethods),
  ...Object.keys(forumMethods),
  'messages.getDialogs',
]);
