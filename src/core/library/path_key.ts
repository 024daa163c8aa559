/**
 * What two paths have in common when a case-insensitive or normalising file system (NTFS, APFS, exFAT) would
 * take them for one file. Used on every system, so that a library can be carried from one to another.
 */
export function pathKey(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}
