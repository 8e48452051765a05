/** What a format may be made of: an operator by name, and how it is made from what stands in its parentheses. */
import type { HeaderKey } from '../access-log.ts';
import type { Operator } from './operator.ts';

/** What formats need from the rooms above and from the process. */
export interface FormatNames {
  /** The key of a header; `pinName` of http/header-name.ts. */
  header(name: string): HeaderKey;
  /** `%ENVIRONMENT(X)%`; undefined when there is no such variable. */
  environment(name: string): string | undefined;
  /** Operators that a configured formatter extension adds (`REQ_WITHOUT_QUERY`). */
  readonly extra?: ReadonlySet<string>;
}

export interface OperatorRequest {
  /** Between the parentheses; '' when there was nothing. A byte string. */
  readonly param: string;
  readonly names: FormatNames;
  /** Reports why the operator cannot be made, and answers null for `make` to return. */
  fail(message: string): null;
  /** For operators that hold others (COALESCE). `length`: null for no limit. */
  compile(name: string, param: string, length: number | null): Operator | null;
}

export interface OperatorKind {
  readonly params: 'none' | 'optional' | 'required';
  /** Whether `:N` may follow. */
  readonly length: boolean;
  make(request: OperatorRequest): Operator | null;
}

export type Catalog = Readonly<Record<string, OperatorKind>>;

/** An operator that takes nothing. */
export function plain(make: () => Operator): OperatorKind {
  return { params: 'none', length: false, make };
}
