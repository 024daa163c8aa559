/** Names as a malicious or careless sender would give them. One table. */

export interface HostileName {
  readonly fileName?: string;
  readonly title?: string;
  readonly performer?: string;
  readonly caption?: string;
}

const file = (fileName: string): HostileName => ({ fileName });
const song = (performer: string, title: string): HostileName => ({ performer, title });

export const HOSTILE_NAMES: readonly HostileName[] = [
  // Paths
  file('../../../../etc/passwd.mp3'),
  file('/absolute/path.mp3'),
  file('C:\\Windows\\System32\\evil.mp3'),
  file('\\\\server\\share\\unc.mp3'),
  file('..\\..\\up.mp3'),
  file('..'),
  file('.'),
  file('/'),
  file('a/b\\c:d*e?f"g<h>i|j.mp3'),
  file('~/.ssh/authorized_keys'),
  file('.hidden.mp3'),
  file('-rf --no-preserve-root.mp3'),
  file('$(touch pwned)`id`;reboot.mp3'),
  file('%2e%2e%2fencoded.mp3'),
  song('AC/DC tribute', 'Side A / Side B'),
  song('../..', '../../title'),
  // Control and escape characters
  file('nul\u0000byte.mp3'),
  file('line\nfeed\r\nreturn\ttab.mp3'),
  file('bell\u0007backspace\u0008delete\u007f.mp3'),
  file('\u001b[31mred\u001b[0m.mp3'),
  file('\u001b]0;owned title\u0007.mp3'),
  file('\u001b]8;;https://evil.example/\u001b\\click\u001b]8;;\u001b\\.mp3'),
  song('\u001b[2J\u001b[H', 'cleared \u001b[?1049h screen'),
  song('c1 \u009b31m csi', 'c1 \u009d0;osc\u009c'),
  { fileName: 'caption.mp3', caption: '\u001b[1A\u001b[2K{"event":"forged"}\n{"event":"run.summary"}' },
  // Direction, width, composition
  file('\u202Egnp.3pm.exe'),
  file('\u200Frtl mark\u200E.mp3'),
  file('zero\u200Bwidth\uFEFFjoiner\u200D.mp3'),
  song('\u2067isolate\u2069', '\u202Doverride\u202C'),
  file('👩‍👩‍👧‍👦 family 🏳️‍🌈 👍🏽.mp3'),
  song('🇯🇵🇺🇦', '❤️‍🔥'),
  file(`zalgo ${'e\u0301\u0302\u0303\u0304\u0305\u0306'.repeat(12)}.mp3`),
  file('Caf\u00e9.mp3'), // NFC
  file('Cafe\u0301.mp3'), // the same in NFD
  file('ﬁne Ⅷ ①.mp3'), // NFKC would change it
  // Case
  file('Same Name.mp3'),
  file('same name.mp3'),
  file('SAME NAME.MP3'),
  file('straße.mp3'),
  file('STRASSE.mp3'),
  // Same name, other bytes
  file('track01.mp3'),
  file('track01.mp3'),
  file('track01.mp3'),
  song('Double', 'Take'),
  song('Double', 'Take'),
  // Length
  file(`${'x'.repeat(296)}.mp3`),
  file(`${'é'.repeat(150)}.mp3`),
  file(`${'音'.repeat(100)}.mp3`),
  file(`${'🎵'.repeat(75)}.mp3`),
  file(`short.${'extension'.repeat(30)}`),
  song('P'.repeat(300), 'T'.repeat(300)),
  // Windows
  file('CON.mp3'),
  file('nul'),
  file('COM1.flac.mp3'),
  file('lpt9 .mp3'),
  file('aux.'),
  file('trailing dots...'),
  file('trailing space.mp3 '),
  file(' leading space.mp3'),
  file('stream.mp3:ads'),
  file('COM¹.mp3'),
  // Nothing, or nothing of use
  file(''),
  file('   '),
  file('.mp3'),
  file('no extension'),
  file('wrong.exe'),
  file('double.mp3.mp3'),
  file('upper.MP3'),
  song('', ''),
  song(' ', '\t'),
  song('', 'Title only'),
  song('Performer only', ''),
  {},
  // What formats would take for their own syntax
  file('comma, "quote" and; semicolon.mp3'),
  file("quote's.mp3"),
  file('{braces} {title} %s %d $HOME.mp3'),
  file('=HYPERLINK("http://evil.example").mp3'),
  song("Robert'); DROP TABLE tracks;--", 'Bobby'),
  song('<script>alert(1)</script>', '&lt;b&gt;'),
  file('name.part'),
  file('name.mp3.part'),
  file('library.db'),
  file('lone surrogate \ufffd.mp3'),
  file('__proto__'),
  file('constructor.mp3'),
];
