/** A page of the admin: its path, what `/help` says of it, and how it answers. */
import type { PrometheusWriter } from '../telemetry/stats-prometheus.ts';
import type { AdminView } from './view.ts';

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  /** Fields of a body that is a form, for pages that take one; null otherwise. */
  readonly form: URLSearchParams | null;
}

/** What every page gets. One per admin server. */
export interface AdminContext {
  readonly view: AdminView;
  readonly prometheus: PrometheusWriter;
  readonly routes: readonly AdminRoute[];
  /** Metrics of this process in the Prometheus form. */
  processMetrics(): Promise<string>;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  /** Text, or pieces of it that are written one after the other while traffic goes on. */
  readonly body: string | Iterable<string> | AsyncIterable<string>;
  /** Called when the client has the answer, or is gone. */
  readonly after?: () => void;
}

export interface AdminParam {
  readonly name: string;
  readonly help: string;
  /** What it may be; absent: any text, empty: a switch. */
  readonly oneOf?: readonly string[];
}

export interface AdminRoute {
  readonly path: string;
  readonly help: string;
  /** Changes something: other methods than POST are refused. */
  readonly changes: boolean;
  /** Answers scrapers and probes, whatever Host they send. */
  readonly open: boolean;
  readonly params: readonly AdminParam[];
  /** Reads fields of a form in the body. */
  readonly takesForm?: boolean;
  answer(request: AdminRequest, context: AdminContext): Reply | Promise<Reply>;
}

export const TEXT = 'text/plain; charset=UTF-8';
export const JSON_TYPE = 'application/json';
export const HTML = 'text/html; charset=UTF-8';

export function text(body: Reply['body'], status = 200): Reply {
  return { status, type: TEXT, body };
}

/** Pretty as Envoy prints it: one space for each level, a newline at the end. */
export function json(value: unknown): Reply {
  return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(value, null, 1)}\n` };
}

/** A page that reads. */
export function page(path: string, help: string, answer: AdminRoute['answer'], params: readonly AdminParam[] = []): AdminRoute {
  return { path, help, changes: false, open: false, params, answer };
}

/** A page that changes something. */
export function verb(path: string, help: string, answer: AdminRoute['answer'], params: readonly AdminParam[] = []): AdminRoute {
  return { path, help, changes: true, open: false, params, answer };
}
