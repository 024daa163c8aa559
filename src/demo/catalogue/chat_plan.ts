import type { Random } from '../random.js';
import type { CatalogueChatKind, CatalogueUser } from './catalogue.js';
import type { Composer, Setting } from './content.js';
import type { Script } from './names.js';
import type { Pattern } from './pattern.js';

/** What a chat is before anyone asks for its messages. */
export interface ChatPlan {
  /** Its number in the world; part of its documents' ids. */
  readonly index: number;
  readonly kind: CatalogueChatKind;
  readonly title: string;
  readonly username?: string;
  readonly inviteHash?: string;
  /** Date of its newest message, Unix seconds. */
  readonly newest: number;
  readonly memberCount: number;
  readonly pinned?: boolean;
  readonly folder?: string;
  readonly forbidden?: boolean;
  readonly protected?: boolean;
  readonly topics?: readonly { readonly id: number; readonly title: string }[];
  /** Whom a private chat is with, or whose saved messages these are. */
  readonly peer?: CatalogueUser;
  /** Whose dialogs it is among: everyone's, nobody's (found by name or link only), or one account's. */
  readonly listedFor: 'all' | 'none' | CatalogueUser;
  /** Who writes here; empty: posts of the channel itself. */
  readonly authors: readonly CatalogueUser[];
  readonly scripts: readonly Script[];
  pattern(random: Random): Pattern;
  composer(setting: Setting): Composer;
}

/** When the world was last busy: 2026-03-01 00:00 UTC, Unix seconds. */
export const WORLD_NOW = 1_772_323_200;
