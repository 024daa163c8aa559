import { Box, Text } from 'ink';
import { useMemo } from 'react';
import type { Track, TrackTags } from '../../core/face.js';
import type { AudioMessage } from '../../core/types.js';
import { decodeJpeg } from '../cover.js';
import { bytes, day, trackLength } from '../format.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { Cover } from '../widgets/cover.js';
import { type Detail, DetailLines, wholeHeight } from '../widgets/detail_lines.js';
import type { ReadTags } from './use_tags.js';

/** What is known of a track: tags of the file first, then what its sender wrote. Pure. */
export function trackDetails(track: Track, tags: TrackTags | undefined): readonly Detail[] {
  const { sampleRate, bitrate } = tags ?? {};
  return present([
    ['title', tags?.title ?? track.title],
    ['performer', tags?.artist ?? track.performer],
    ['album', tags?.album],
    ['year', tags?.year],
    ['track', tags?.trackNumber],
    ['genre', tags?.genre],
    ['codec', tags?.codec ?? track.mimeType],
    ['bit rate', bitrate && `${Math.round(bitrate / 1000)} kbit/s`],
    ['sampled', sampleRate && `${sampleRate / 1000} kHz`],
    ['length', trackLength(track.duration)],
    ['size', bytes(track.bytes)],
    ['chat', track.chatTitle],
    ['posted', day(track.messageDate)],
    ['fetched', day(track.completedAt)],
    ['sha-256', `${track.sha256.slice(0, 16)}…`],
    ['file', track.path],
  ]);
}

/** What is known of a message whose file was not fetched. Pure. */
export function messageDetails(message: AudioMessage, chatTitle: string, path: string): readonly Detail[] {
  return present([
    ['title', message.title],
    ['performer', message.performer],
    ['file name', message.fileName],
    ['type', message.mimeType],
    ['length', trackLength(message.duration)],
    ['size', bytes(message.location.size)],
    ['chat', chatTitle],
    ['posted', day(message.date)],
    ['file', path],
  ]);
}

function present(entries: readonly (readonly [string, string | number | undefined])[]): readonly Detail[] {
  return entries.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, value: String(value), isPath: label === 'file' }],
  );
}

/** Cells of a square picture beside or above `rows` rows of text. */
const MIN_COVER_ROWS = 5;
const MAX_COVER_ROWS = 14;

/** The details of a row with the cover, if there is one: beside the text where it is wide, above where it is high. */
export function Details(props: {
  readonly details: readonly Detail[];
  readonly tags: ReadTags;
  readonly cells: number;
  readonly rows: number;
  /** What is not there, and the key that helps. */
  readonly remark?: string | undefined;
}) {
  const { details, tags, cells, rows, remark } = props;
  const { name: theme, glyphs } = useTheme();
  const cover = typeof tags === 'object' ? tags.cover : undefined;
  const isColourful = theme !== 'plain' && glyphs.border === 'round';
  const picture = useMemo(
    () => (cover !== undefined && isColourful ? decodeJpeg(cover.data) : undefined),
    [cover, isColourful],
  );
  const isBeside = cells >= 64;
  const coverRows = Math.min(
    MAX_COVER_ROWS,
    isBeside ? rows : rows - wholeHeight(details, cells) - 1,
    Math.floor((cells - (isBeside ? 40 : 0)) / 2),
  );
  const hasCover = picture !== undefined && coverRows >= MIN_COVER_ROWS;
  const textCells = hasCover && isBeside ? cells - coverRows * 2 - 2 : cells;
  const last =
    remark ??
    (tags === undefined ? 'Reading the tags…' : hasCover ? undefined : coverRemark(cover?.mimeType));
  const used = hasCover && !isBeside ? rows - coverRows - 1 : rows;
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'} gap={isBeside ? 2 : 1}>
      {hasCover && <Cover picture={picture} columns={coverRows * 2} rows={coverRows} />}
      <Box flexDirection="column">
        <DetailLines details={details} cells={textCells} rows={last === undefined ? used : used - 1} />
        {last !== undefined && (
          <Text dimColor wrap="truncate">
            {fit(last, textCells, glyphs.ellipsis)}
          </Text>
        )}
      </Box>
    </Box>
  );
}

function coverRemark(mimeType: string | undefined): string | undefined {
  return mimeType === undefined ? undefined : `${mimeType.replace(/^image\//, '').toUpperCase()} cover`;
}
