/**
 * Where a key means something: a pane of the dashboard, a full-screen view, or everywhere; a text field or a question, which take all
 * keys for themselves; and before all of these, always.
 */
export type Scope =
  | 'always'
  | 'everywhere'
  | 'chats'
  | 'downloads'
  | 'memory'
  | 'activity'
  | 'chat'
  | 'library'
  | 'log'
  | 'settings'
  | 'help'
  | 'figures'
  | 'filter'
  | 'field'
  | 'question'
  | 'details';

export type Action =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'top'
  | 'bottom'
  | 'left'
  | 'right'
  | 'next-pane'
  | 'previous-pane'
  | 'pane-1'
  | 'pane-2'
  | 'pane-3'
  | 'pane-4'
  | 'enter'
  | 'back'
  | 'filter'
  | 'mark'
  | 'mark-all'
  | 'download'
  | 'pause'
  | 'pause-all'
  | 'cancel'
  | 'retry'
  | 'earlier'
  | 'later'
  | 'cleanup'
  | 'limit'
  | 'sort'
  | 'kind'
  | 'refresh'
  | 'open'
  | 'reveal'
  | 'play'
  | 'library'
  | 'log'
  | 'settings'
  | 'help'
  | 'yes'
  | 'no'
  | 'suspend'
  | 'quit';

export interface Binding {
  readonly action: Action;
  /** Names as {@link keyNames} (key_names.ts) gives them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly scopes: readonly Scope[];
  /** For the footer: one or two words; absent for keys that everybody knows. */
  readonly label?: string;
  /** For help and docs/keys.md: a sentence without its full stop. */
  readonly help: string;
}

/** Where there is a list to move in. */
export const LISTS: readonly Scope[] = [
  'chats',
  'downloads',
  'activity',
  'chat',
  'library',
  'log',
  'settings',
  'help',
];

/** Full-screen views over the panes. */
const VIEWS: readonly Scope[] = ['chat', 'library', 'log', 'settings', 'help', 'figures'];

/** The one table of keys: dispatch, footer, help and docs/keys.md are made from it. */
export const BINDINGS: readonly Binding[] = [
  { action: 'up', keys: ['up', 'k'], scopes: LISTS, help: 'One row up' },
  { action: 'down', keys: ['down', 'j'], scopes: LISTS, help: 'One row down' },
  { action: 'page-up', keys: ['pageup', 'ctrl+u'], scopes: LISTS, help: 'One page up' },
  { action: 'page-down', keys: ['pagedown', 'ctrl+d'], scopes: LISTS, help: 'One page down' },
  { action: 'top', keys: ['g', 'home'], scopes: LISTS, help: 'To the first row' },
  { action: 'bottom', keys: ['G', 'end'], scopes: LISTS, help: 'To the last row' },
  {
    action: 'left',
    keys: ['left', 'h'],
    scopes: ['everywhere'],
    help: 'On the dashboard: to the pane on the left',
  },
  {
    action: 'right',
    keys: ['right', 'l'],
    scopes: ['everywhere'],
    help: 'On the dashboard: to the pane on the right',
  },
  { action: 'next-pane', keys: ['tab'], scopes: ['everywhere'], help: 'To the next pane' },
  { action: 'previous-pane', keys: ['shift+tab'], scopes: ['everywhere'], help: 'To the pane before' },
  { action: 'pane-1', keys: ['1'], scopes: ['everywhere'], help: 'To the chats' },
  { action: 'pane-2', keys: ['2'], scopes: ['everywhere'], help: 'To the downloads' },
  { action: 'pane-3', keys: ['3'], scopes: ['everywhere'], help: 'To the memory' },
  { action: 'pane-4', keys: ['4'], scopes: ['everywhere'], help: 'To the activity' },
  {
    action: 'enter',
    keys: ['return'],
    scopes: ['chats'],
    label: 'open',
    help: 'Open the chat: its audio messages',
  },
  {
    action: 'enter',
    keys: ['return'],
    scopes: ['downloads'],
    label: 'details',
    help: 'Details of the transfer',
  },
  {
    action: 'enter',
    keys: ['return'],
    scopes: ['memory'],
    label: 'all figures',
    help: 'All figures of memory, with a larger trend',
  },
  { action: 'enter', keys: ['return'], scopes: ['activity'], label: 'log', help: 'Open the full log' },
  {
    action: 'enter',
    keys: ['return'],
    scopes: ['library'],
    label: 'details',
    help: 'Tags and cover of the track',
  },
  { action: 'enter', keys: ['return'], scopes: ['settings'], label: 'edit', help: 'Change the setting' },
  {
    action: 'back',
    keys: ['escape', 'q'],
    scopes: VIEWS,
    label: 'back',
    help: 'Clear the filter; without one, back to the dashboard',
  },
  { action: 'back', keys: ['escape'], scopes: ['chats'], help: 'Clear the filter' },
  {
    action: 'filter',
    keys: ['/'],
    scopes: ['chats', 'chat', 'library', 'log'],
    label: 'filter',
    help: 'Filter the list as you type',
  },
  {
    action: 'mark',
    keys: ['space'],
    scopes: ['chats', 'chat'],
    label: 'mark',
    help: 'Mark or unmark; actions then apply to all marked rows',
  },
  {
    action: 'mark-all',
    keys: ['a'],
    scopes: ['chats', 'chat'],
    help: 'Mark all rows of the filtered list, or none',
  },
  {
    action: 'download',
    keys: ['d'],
    scopes: ['chats', 'chat', 'library'],
    label: 'download',
    help: 'Download what is marked, or the row under the cursor',
  },
  { action: 'play', keys: ['p'], scopes: ['library'], label: 'play', help: 'Play the file' },
  { action: 'open', keys: ['o'], scopes: ['library'], label: 'open', help: 'Open the file with its program' },
  {
    action: 'reveal',
    keys: ['f'],
    scopes: ['library'],
    label: 'folder',
    help: 'Show the file in its folder',
  },
  {
    action: 'pause',
    keys: ['p'],
    scopes: ['downloads'],
    label: 'pause',
    help: 'Pause or resume the transfer',
  },
  { action: 'pause-all', keys: ['P'], scopes: ['everywhere'], help: 'Pause or resume all transfers' },
  {
    action: 'cancel',
    keys: ['x'],
    scopes: ['downloads'],
    label: 'cancel',
    help: 'Cancel the transfer (asks first); take one that has ended off the list',
  },
  {
    action: 'retry',
    keys: ['r'],
    scopes: ['downloads'],
    label: 'retry',
    help: 'Try a failed or cancelled transfer again',
  },
  { action: 'earlier', keys: ['K'], scopes: ['downloads'], help: 'Move the queued transfer up' },
  { action: 'later', keys: ['J'], scopes: ['downloads'], help: 'Move the queued transfer down' },
  {
    action: 'sort',
    keys: ['s'],
    scopes: ['chats', 'chat', 'library'],
    label: 'sort',
    help: 'Sort the list another way',
  },
  {
    action: 'kind',
    keys: ['t'],
    scopes: ['chat'],
    label: 'kind',
    help: 'Show music, voice notes, documents, or all',
  },
  { action: 'refresh', keys: ['r'], scopes: ['chats', 'chat'], label: 'refresh', help: 'Ask Telegram again' },
  { action: 'refresh', keys: ['r'], scopes: ['library'], help: 'Read the library again' },
  {
    action: 'cleanup',
    keys: ['c'],
    scopes: ['everywhere'],
    label: 'clean up',
    help: 'Clean up memory and collect garbage; shows before and after',
  },
  { action: 'limit', keys: ['b'], scopes: ['everywhere'], label: 'limit', help: 'Limit the bandwidth' },
  { action: 'library', keys: ['L'], scopes: ['everywhere'], label: 'library', help: 'Search the library' },
  { action: 'log', keys: ['E'], scopes: ['everywhere'], help: 'Read the full log of events' },
  {
    action: 'settings',
    keys: ['S'],
    scopes: ['everywhere'],
    help: 'Settings and where each value comes from',
  },
  { action: 'help', keys: ['?'], scopes: ['everywhere'], label: 'help', help: 'All keys' },
  {
    action: 'quit',
    keys: ['q'],
    scopes: ['everywhere'],
    label: 'quit',
    help: 'Quit; asks while there is unfinished work, and says what is kept',
  },
  {
    action: 'enter',
    keys: ['return'],
    scopes: ['filter'],
    label: 'keep',
    help: 'Keep the filter and go on in the list',
  },
  { action: 'back', keys: ['escape'], scopes: ['filter'], label: 'clear', help: 'Clear the filter' },
  { action: 'enter', keys: ['return'], scopes: ['field'], label: 'take', help: 'Take what was typed' },
  { action: 'back', keys: ['escape'], scopes: ['field'], label: 'leave', help: 'Leave it as it was' },
  { action: 'yes', keys: ['y', 'Y'], scopes: ['question'], label: 'yes', help: 'Yes, do it' },
  {
    action: 'no',
    keys: ['n', 'escape'],
    scopes: ['question'],
    label: 'no',
    help: 'No; any other key says no, too',
  },
  {
    action: 'back',
    keys: ['escape'],
    scopes: ['details'],
    label: 'back',
    help: 'Close them; any other key does, too',
  },
  {
    action: 'quit',
    keys: ['ctrl+c'],
    scopes: ['always'],
    label: 'quit',
    help: 'Quit as q does; once more, and nothing is asked',
  },
  {
    action: 'suspend',
    keys: ['ctrl+z'],
    scopes: ['always'],
    help: 'Give the terminal back to the shell; fg comes back',
  },
];
