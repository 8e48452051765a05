/**
 * The words of the benchmark: what is asked of a proxy (a scenario), who is asked (an opponent), and what came of it (a sample).
 * Every scenario and every opponent is one small file that exports one of these.
 */

/** Where something listens. `host` is an address, or a name until it has been resolved. */
export type Endpoint = { readonly host: string; readonly port: number };

/**
 * The ports that one proxy under test gets, and the service it stands in front of. `inner` is for a second listener of the same proxy;
 * `certificates` is the folder of core/certificates.ts, '' where the scenario needs none.
 */
export type Wiring = {
  readonly listen: number;
  readonly inner: number;
  readonly admin: number;
  readonly backend: Endpoint;
  readonly certificates: string;
};

/** A JSON value as it is written into a configuration file. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a proxy without Envoy's configuration language has to be able to do to take part:
 * `http1`: reverse proxy, HTTP/1.1 on both sides · `http2`: cleartext HTTP/2 on both sides ·
 * `envoy`: only proxies that read the bootstrap itself.
 */
export type Shape = 'http1' | 'http2' | 'envoy';

/**
 * The service behind the proxies. `h2`: cleartext with prior knowledge · `grpc`: the same with trailers, one DATA frame for each message ·
 * `h1-tls`: HTTP/1.1 over TLS that wants a client certificate.
 */
export type ServiceKind = 'h1' | 'h2' | 'grpc' | 'h1-tls';

/** The requests that are sent, closed loop unless `rate` is set. Bodies and replies in bytes. */
export type LoadPlan = {
  readonly protocol: 'h1' | 'h2';
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly connections: number;
  /** Streams in flight on each connection; 1 for HTTP/1.1. */
  readonly streams: number;
  /** Bytes of each request's body. */
  readonly bodyBytes: number;
  /** Bytes that each reply's body must have; anything else counts as an error. */
  readonly replyBytes: number;
  /** TLS with a client certificate; HTTP/1.1 only. */
  readonly tls?: boolean;
  /** A new connection, and so a full handshake, for each request; with `tls` only. */
  readonly handshakes?: boolean;
  /** HTTP/2 only: send fifteen headers as a mesh does, with a path, trace and request id of their own for each request. */
  readonly meshHeaders?: boolean;
  /** Open loop: requests per second, whatever the answers do. */
  readonly rate?: number;
  /** HTTP/2 only: requests of the first so many seconds do not count, so that connecting and compiling do not either. */
  readonly settleSeconds?: number;
};

/** What a load generator saw in one window. Latencies in µs, `null` when the tool does not tell. */
export type LoadResult = {
  readonly tool: string;
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  readonly p50: number | null;
  readonly p99: number | null;
};

/** One measurement of one proxy in one round. Units in the names; `null` where the scenario does not look. */
export type Sample = {
  /** µs of CPU, user and system, of the whole process tree for each request that completed. */
  readonly cpuPerRequest: number | null;
  readonly requestsPerSecond: number | null;
  readonly mibPerCpuSecond: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly errors: number;
  /** Resident memory in MB (10^6 bytes), at the moment that the scenario names. */
  readonly rssMb: number | null;
  readonly peakRssMb: number | null;
  /** Milliseconds from the start of the process to the first proxied 200. */
  readonly startMs: number | null;
  /** Share of the proxy's core that others used during the window, 0 to 1: above 0.1 the figure is doubtful. */
  readonly disturbed: number | null;
  readonly tool: string | null;
};

/** A limit on the figure of Outrigger: a plain one when `against` is null, else one on its ratio to an opponent's or its distance from it. */
export type Limit = {
  readonly label: 'hold' | 'stretch';
  readonly against: string | null;
  readonly limit: number;
  readonly distance?: boolean;
};

/** How the figure is taken: under load, at rest after load, or from a cold start. */
export type Probe = 'load' | 'memory' | 'start';

export type Scenario = {
  readonly name: string;
  /** The bar that it judges, `P1` to `P9`, or null for a scenario that only informs. */
  readonly bar: string | null;
  readonly title: string;
  readonly probe: Probe;
  readonly shape: Shape;
  /** The figure that is compared. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Which of the rounds stands for all: the least disturbed, or the middle one. */
  readonly judge: 'best' | 'median';
  readonly value: (sample: Sample) => number | null;
  readonly limits: readonly Limit[];
  readonly load: LoadPlan;
  /** By default what the load speaks. */
  readonly service?: ServiceKind;
  /** `grpc` only: bytes of each message of the reply (default: one message). */
  readonly messageBytes?: number;
  /** Needs certificates, which openssl makes. */
  readonly certificates?: boolean;
  /** Takes `load.rate` from an earlier scenario of the run: this share of the lowest throughput that the named proxies reached there. */
  readonly rateFrom?: { readonly scenario: string; readonly share: number; readonly among: readonly string[] };
  /** Rounds, when the scenario needs another number than the one asked for. */
  readonly rounds?: (asked: number) => number;
  /** Left out unless named. */
  readonly onRequest?: boolean;
  /** The Envoy v3 bootstrap, the same for Envoy and for Outrigger. */
  readonly bootstrap: (wiring: Wiring) => Json;
};

/** Found on this machine, or what is missing. */
export type Found =
  | { readonly present: true; readonly command: string; readonly version: string }
  | { readonly present: false; readonly missing: string };

/** A configuration file: its name in the working folder, and its text. */
export type ConfigFile = { readonly name: string; readonly text: string };

export type Opponent = {
  readonly name: string;
  readonly find: () => Found;
  readonly shapes: readonly Shape[];
  /** The configuration that makes this proxy do what the scenario asks. */
  readonly config: (scenario: Scenario, wiring: Wiring, folder: string) => ConfigFile;
  /** The command line that runs it in the foreground with that file, on one thread. */
  readonly command: (found: string, file: string, wiring: Wiring, folder: string) => readonly string[];
};

/** A proxy that answers. */
export type Running = {
  readonly pid: number;
  readonly port: number;
  /** Milliseconds from spawn to the first proxied 200. */
  readonly startMs: number;
  readonly stop: () => Promise<void>;
};
