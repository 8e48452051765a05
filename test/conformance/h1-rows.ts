/** Every row of what a server answers to bytes on an HTTP/1.1 connection; see h1-row.ts. */
import { BODY_ROWS } from './h1-body-rows.ts';
import { FRAMING_ROWS } from './h1-framing-rows.ts';
import { LINE_ROWS } from './h1-line-rows.ts';
import { OPTION_ROWS } from './h1-option-rows.ts';
import type { H1Row } from './h1-row.ts';

export type { H1Row, RowSettings } from './h1-row.ts';

export const H1_ROWS: readonly H1Row[] = [...FRAMING_ROWS, ...BODY_ROWS, ...LINE_ROWS, ...OPTION_ROWS];
