/** Hosts and connections that were tried, and how connections ended. */
import { formatAddress } from '../../base/address.ts';
import type { LogEntry } from '../access-log.ts';
import { FLAG } from '../response-flags.ts';
import type { DescribedHost, StreamInfo } from '../stream-info.ts';
import { toBytes } from './byte-text.ts';
import { type Catalog, type OperatorKind, plain } from './kind.ts';
import { Operator } from './operator.ts';

class TextOf extends Operator {
  readonly read: (info: StreamInfo) => string | null;

  constructor(read: (info: StreamInfo) => string | null) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    const text = this.read(entry.info);
    return text === null ? null : toBytes(text);
  }
}

const text = (read: (info: StreamInfo) => string | null): OperatorKind => plain(() => new TextOf(read));

/** Connections of TCP, and what is told of them before there is a stream. */
const isTcp = (info: StreamInfo): boolean => info.protocol === '';

/**
 * As Envoy 1.40 has it, whatever its documentation says: TCP tells every host that was tried, HTTP that of the last attempt, once it
 * had a connection.
 */
function tried(info: StreamInfo, name: (host: DescribedHost) => string): string | null {
  const { host, triedHosts } = info;
  if (host === null || (!isTcp(info) && info.upstreamLocalAddress === null)) return null;
  return [...(triedHosts ?? []), host].map(name).join(',');
}

const addressOf = ({ address }: DescribedHost): string => formatAddress(address);
const ipOf = ({ address }: DescribedHost): string => (address.kind === 'ip' ? address.ip : address.path);
const nameOf = (host: DescribedHost): string => host.hostname || addressOf(host);
const bareNameOf = (host: DescribedHost): string => (host.hostname === '' ? ipOf(host) : host.hostname.replace(/:\d+$/, ''));

/** Why a TCP connection has no upstream, by Envoy's numbers. */
const INITIALIZATION: readonly (readonly [number, number])[] = [
  [FLAG.NoClusterFound, 3],
  [FLAG.UpstreamOverflow, 2],
  [FLAG.NoHealthyUpstream, 1],
  [FLAG.UpstreamRetryLimitExceeded, 0],
];

/** Envoy's own spelling. HTTP is logged before its connections are closed. */
function localCloseReason(info: StreamInfo): string | null {
  if (!isTcp(info)) return null;
  for (const [flag, number] of INITIALIZATION) if ((info.flags & flag) !== 0) return `tcp_initializion_failure:${number}`;
  return null;
}

const lostUpstream = (info: StreamInfo): boolean => isTcp(info) && (info.flags & FLAG.UpstreamRemoteReset) !== 0;

function downstreamClose(info: StreamInfo): string {
  return lostUpstream(info) ? 'LocalReset' : info.resetByClient ? 'RemoteReset' : 'Normal';
}

function upstreamClose(info: StreamInfo): string | null {
  if (lostUpstream(info)) return 'RemoteReset';
  return (isTcp(info) ? info.cluster : info.host) === null ? null : 'Normal';
}

export const ATTEMPT_OPERATORS: Catalog = {
  UPSTREAM_HOSTS_ATTEMPTED: text((info) => tried(info, addressOf)),
  UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT: text((info) => tried(info, ipOf)),
  UPSTREAM_HOST_NAMES_ATTEMPTED: text((info) => tried(info, nameOf)),
  UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT: text((info) => tried(info, bareNameOf)),
  UPSTREAM_CONNECTION_IDS_ATTEMPTED: text((info) => (info.upstreamConnectionId === 0 ? null : String(info.upstreamConnectionId))),
  DOWNSTREAM_DETECTED_CLOSE_TYPE: text(downstreamClose),
  UPSTREAM_DETECTED_CLOSE_TYPE: text(upstreamClose),
  DOWNSTREAM_LOCAL_CLOSE_REASON: text(localCloseReason),
  UPSTREAM_LOCAL_CLOSE_REASON: text(() => null),
};
