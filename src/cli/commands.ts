import type { CommandSpec } from './command.js';
import { DASHBOARD_LOOKS, DEMO_SERVER } from './option_groups.js';

const CONTROL = 'Acts on the tad that runs for this profile, in another terminal.';

/** What `tad` alone does. */
export const DASHBOARD: CommandSpec = {
  name: 'dashboard',
  summary: 'open the dashboard (what tad alone does)',
  details: 'Needs a terminal. ? shows all keys.',
  settings: ['out', 'parallel', 'kind', 'limit-rate', 'min-free', 'memory-budget', ...DASHBOARD_LOOKS],
  examples: [
    ['tad', ''],
    ['tad dashboard --out ~/Music --limit-rate 2MB/s', ''],
  ],
  load: async () => (await import('./dashboard.js')).dashboard,
};

export const COMMANDS: readonly CommandSpec[] = [
  DASHBOARD,
  {
    name: 'login',
    summary: 'log in to Telegram',
    details:
      'On a terminal it asks for what it needs. Off a terminal it takes the api id and hash from TAD_API_ID and ' +
      'TAD_API_HASH, and reads phone number, code and password as lines from stdin.',
    settings: ['api-id', 'api-hash', 'qr'],
    examples: [
      ['tad login', 'by phone number and code'],
      ['tad login --qr', 'by scanning a QR code'],
      ['tad --profile work login', 'a second account'],
    ],
    load: async () => (await import('./login.js')).login,
  },
  {
    name: 'logout',
    summary: 'end the session and forget it; library and files stay',
    settings: [],
    examples: [['tad logout', '']],
    load: async () => (await import('./logout.js')).logout,
  },
  {
    name: 'chats',
    summary: 'list chats: id, kind, name',
    settings: [],
    examples: [
      ['tad chats', 'as a table, pinned and newest first'],
      ['tad chats --json', 'one object a line'],
    ],
    load: async () => (await import('./chats.js')).chats,
  },
  {
    name: 'download',
    args: '[chat...]',
    summary: 'download the audio of chats that the library does not have yet',
    details:
      'CHAT is a title, @name, t.me link (of a chat, a topic or one message) or id, as `tad chats` shows it. On a ' +
      'terminal a part of a title will do if no other title contains it. A file may name more of them, one a line, ' +
      'or be what `tad export --json` wrote.',
    settings: [
      'from-file',
      'out',
      'limit',
      'parallel',
      'kind',
      'dry-run',
      'limit-rate',
      'min-free',
      'memory-budget',
    ],
    examples: [
      ['tad --no-ui download @somechannel', 'everything new, into ~/Music/Telegram'],
      ['tad download -o ~/Podcasts --limit 20 "My podcast"', 'the newest 20'],
      ['tad download --kind voice --json -1001234567890', 'voice notes, for a script'],
      ['tad download --dry-run https://t.me/somechannel', 'what would come'],
      ['tad download --from-file chats.txt', 'every chat that the file names'],
    ],
    load: async () => (await import('./download.js')).download,
  },
  {
    name: 'verify',
    summary: 'check every file of the library against its recorded size and SHA-256',
    settings: ['repair', 'parallel', 'limit-rate', 'min-free', 'memory-budget'],
    examples: [
      ['tad verify', 'names what is missing or damaged; exit code 1 if anything is'],
      ['tad verify --repair', 'and fetches only that again'],
    ],
    load: async () => (await import('./verify.js')).verify,
  },
  {
    name: 'export',
    summary: 'list every file of the library',
    settings: [],
    examples: [
      ['tad export', 'paths, oldest first'],
      ['tad export --json > tracks.ndjson', 'all that is known of each'],
    ],
    load: async () => (await import('./export.js')).exportLibrary,
  },
  {
    name: 'status',
    summary: 'show what the running tad is doing',
    details: CONTROL,
    settings: [],
    examples: [
      ['tad status', ''],
      ['tad status --json', 'all figures, for a script'],
    ],
    load: async () => (await import('./control.js')).status,
  },
  {
    name: 'pause',
    args: '[document-id]',
    summary: 'pause one transfer of the running tad, or all',
    details: CONTROL,
    settings: [],
    examples: [
      ['tad pause', 'all'],
      ['tad pause 5368324170671202286', 'one; ids are in `tad status`'],
    ],
    load: async () => (await import('./control.js')).pause,
  },
  {
    name: 'resume',
    args: '[document-id]',
    summary: 'go on with one transfer of the running tad, or all',
    details: CONTROL,
    settings: [],
    examples: [['tad resume', 'all']],
    load: async () => (await import('./control.js')).resume,
  },
  {
    name: 'performance',
    summary: 'memory, throughput, caches and pools of the running tad',
    details: `${CONTROL}\n\nAn account is named before the command here: tad --profile NAME performance --profile 30`,
    settings: ['watch', 'cleanup', 'profile-seconds'],
    examples: [
      ['tad performance', 'a report, and the last runs'],
      ['tad performance --watch', 'a live screen; q leaves it'],
      ['tad performance --cleanup', 'frees what can be freed, and says what that gave'],
      ['tad performance --profile 30', 'where memory is allocated, for Chrome DevTools'],
    ],
    load: async () => (await import('./performance.js')).performance,
  },
  {
    name: 'config',
    args: '[action] [key] [value]',
    summary: 'show every option, its value and where it comes from; set or unset one',
    settings: [],
    examples: [
      ['tad config', ''],
      ['tad config set parallel 8', 'for every profile'],
      ['tad --profile work config set limit-rate 1MB/s', 'for one'],
      ['tad config unset parallel', ''],
    ],
    load: async () => (await import('./config.js')).config,
  },
  {
    name: 'demo',
    summary: 'try tad without an account: a Telegram server of our own, real login, real downloads',
    settings: ['out', 'kind', 'parallel', 'min-free', 'memory-budget', ...DASHBOARD_LOOKS, ...DEMO_SERVER],
    examples: [
      ['tad demo', 'needs neither network nor account'],
      ['tad demo --latency-ms 50 --fault disconnect=0.05 flood=0.02', 'on a bad day'],
    ],
    load: async () => (await import('./demo.js')).demo,
  },
  {
    name: 'demo-server',
    summary: 'serve the demo’s Telegram server alone, for any MTProto client',
    details:
      'Prints where it listens, serves until Ctrl-C, and reports at the end what it made go wrong.\n\n' +
      'Faults: disconnect, reset, silence, flood, flood-premium, file-reference, migrate, rpc-fail, timeout, bad-salt, ' +
      'truncate, corrupt, revoke, slow-start, login-flood. A rate is a probability per opportunity.',
    settings: ['port', 'key', 'state', 'manifest', ...DEMO_SERVER],
    examples: [
      ['tad demo-server --port 4430 --key demo.pem', 'a fixed place'],
      ['tad demo-server --manifest', 'every file with its SHA-256'],
      ['tad demo-server --json --fault file-reference=0.1 timeout=0.1', ''],
    ],
    load: async () => (await import('./demo_server.js')).demoServer,
  },
  {
    name: 'version',
    summary: 'print versions',
    settings: [],
    examples: [['tad version', '']],
    load: async () => (await import('./version.js')).version,
  },
];
