import type { SettingKey } from '../core/config/settings.js';

/** Options of every command. */
export const GLOBAL_SETTINGS: readonly SettingKey[] = [
  'home',
  'profile',
  'no-ui',
  'json',
  'quiet',
  'log-level',
  'proxy',
  'server',
  'server-key',
];

/** How the dashboard looks, and what it starts. */
export const DASHBOARD_LOOKS: readonly SettingKey[] = ['theme', 'ascii', 'player'];

/** What the demo server's world and its troubles are. */
export const DEMO_SERVER: readonly SettingKey[] = [
  'seed',
  'chats',
  'tracks',
  'file-mb',
  'latency-ms',
  'bandwidth',
  'fault',
];
