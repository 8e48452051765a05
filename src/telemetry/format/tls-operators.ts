/** The TLS sessions of both sides, and the server name that was asked for. */
import type { HeaderKey, LogEntry } from '../access-log.ts';
import type { StreamInfo, TlsInfo, TlsSide } from '../stream-info.ts';
import { oneLine, toBytes } from './byte-text.ts';
import { type Catalog, type OperatorKind, type OperatorRequest, plain } from './kind.ts';
import { Operator } from './operator.ts';
import { ISO_FORMAT, TimeFormat } from './time-format.ts';

/** What a certificate or a client hello says is the peer's own text: it must not break a line. */
class TlsText extends Operator {
  readonly read: (info: StreamInfo) => string | undefined;

  constructor(read: (info: StreamInfo) => string | undefined) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    const text = this.read(entry.info);
    return text === undefined || text === '' ? null : toBytes(text);
  }

  override line(entry: LogEntry): string | null {
    const text = this.text(entry);
    return text === null ? null : oneLine(text);
  }
}

class CertificateTime extends Operator {
  readonly format: TimeFormat;
  readonly read: (info: StreamInfo) => number | undefined;

  constructor(format: TimeFormat, read: (info: StreamInfo) => number | undefined) {
    super();
    this.format = format;
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    const ms = this.read(entry.info);
    return ms === undefined ? null : this.format.format(ms);
  }
}

/** `%REQUESTED_SERVER_NAME(X:Y)%`: the SNI, or the host of the request. */
class RequestedServerName extends Operator {
  readonly sni: 'only' | 'first' | 'never';
  readonly hosts: readonly HeaderKey[];

  constructor(sni: RequestedServerName['sni'], hosts: readonly HeaderKey[]) {
    super();
    this.sni = sni;
    this.hosts = hosts;
  }

  text(entry: LogEntry): string | null {
    const { serverName } = entry.info.downstream;
    if (this.sni !== 'never' && serverName !== '') return hostname(serverName);
    if (this.sni === 'only') return null;
    for (const key of this.hosts) {
      const host = entry.requestHeaders?.get(key);
      if (host !== undefined && host !== '') return hostname(host);
    }
    return null;
  }
}

/** A name that is none is made one: SNI is not checked by TLS (CVE-2024-45808). Ports and brackets of an authority may stay. */
function hostname(name: string): string {
  return name.replace(/[^A-Za-z0-9\-._:[\]]/g, '_');
}

function requestedServerName({ param, names, fail }: OperatorRequest): Operator | null {
  const [sni = '', host = 'ORIG_OR_HOST', ...more] = param.split(':');
  const kind = { '': 'only', SNI_ONLY: 'only', SNI_FIRST: 'first', HOST_FIRST: 'never' } as const;
  if (!Object.hasOwn(kind, sni)) return fail(`has no option "${sni}", only SNI_ONLY, SNI_FIRST and HOST_FIRST`);
  const original = names.header('x-envoy-original-host');
  const authority = names.header(':authority');
  const hosts = { ORIG: [original], HOST: [authority], ORIG_OR_HOST: [original, authority] } as const;
  if (more.length > 0 || !Object.hasOwn(hosts, host)) return fail(`has no option "${host}", only ORIG, HOST and ORIG_OR_HOST`);
  return new RequestedServerName(kind[sni as keyof typeof kind], hosts[host as keyof typeof hosts]);
}

const text = (read: (info: StreamInfo) => string | undefined): OperatorKind => plain(() => new TlsText(read));

function time(read: (info: StreamInfo) => number | undefined): OperatorKind {
  return {
    params: 'optional',
    length: false,
    make({ param, fail }) {
      if (/%n|\n/.test(param)) return fail('the format has a newline');
      return new CertificateTime(new TimeFormat(param || ISO_FORMAT, false), read);
    },
  };
}

type Session = (info: StreamInfo) => TlsInfo | null;
type Side = (info: StreamInfo) => TlsSide | null | undefined;

const downstream: Session = (info) => info.downstream.tls;
const upstream: Session = (info) => info.upstreamTls;

function session(prefix: string, tls: Session): Catalog {
  const peer: Side = (info) => tls(info)?.peer;
  return {
    [`${prefix}_TLS_VERSION`]: text((info) => tls(info)?.version),
    [`${prefix}_TLS_CIPHER`]: text((info) => tls(info)?.cipher),
    [`${prefix}_TLS_GROUP`]: text((info) => tls(info)?.group),
    [`${prefix}_TLS_SESSION_ID`]: text((info) => tls(info)?.sessionId),
    [`${prefix}_PEER_CERT`]: text((info) => urlEncoded(peer(info)?.pem)),
    [`${prefix}_PEER_CERT_V_START`]: time((info) => peer(info)?.validFrom),
    [`${prefix}_PEER_CERT_V_END`]: time((info) => peer(info)?.validTo),
    [`${prefix}_PEER_SUBJECT`]: text((info) => peer(info)?.subject),
    [`${prefix}_PEER_ISSUER`]: text((info) => peer(info)?.issuer),
    ...names(`${prefix}_PEER`, peer),
    ...names(`${prefix}_LOCAL`, (info) => tls(info)?.local),
  };
}

function names(prefix: string, side: Side): Catalog {
  return {
    [`${prefix}_URI_SAN`]: text((info) => side(info)?.uriSans.join(',')),
    [`${prefix}_DNS_SAN`]: text((info) => side(info)?.dnsSans.join(',')),
    [`${prefix}_IP_SAN`]: text((info) => side(info)?.ipSans?.join(',')),
  };
}

/** Kinds of names that Envoy prints for clients alone. */
function moreNames(prefix: string, side: Side): Catalog {
  return {
    [`${prefix}_EMAIL_SAN`]: text((info) => side(info)?.emailSans?.join(',')),
    [`${prefix}_OTHERNAME_SAN`]: text((info) => side(info)?.otherNameSans?.join(',')),
  };
}

/** The certificates that a client sent, its own first. */
function chain(read: (side: TlsSide) => string | undefined): OperatorKind {
  return text((info) => {
    const tls = downstream(info);
    const sides = tls?.peerChain ?? (tls?.peer === null || tls?.peer === undefined ? [] : [tls.peer]);
    return sides.map((side) => read(side) ?? '').join(',');
  });
}

/** As Envoy encodes a certificate for a header (x-forwarded-client-cert). */
function urlEncoded(pem: string | undefined): string | undefined {
  return pem?.replace(/[\n +/=]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}

export const TLS_OPERATORS: Catalog = {
  ...session('DOWNSTREAM', downstream),
  ...session('UPSTREAM', upstream),
  DOWNSTREAM_LOCAL_SUBJECT: text((info) => downstream(info)?.local?.subject),
  DOWNSTREAM_PEER_SERIAL: text((info) => downstream(info)?.peer?.serial),
  DOWNSTREAM_PEER_FINGERPRINT_1: text((info) => downstream(info)?.peer?.sha1),
  DOWNSTREAM_PEER_FINGERPRINT_256: text((info) => downstream(info)?.peer?.sha256),
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1: chain((side) => side.sha1),
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256: chain((side) => side.sha256),
  DOWNSTREAM_PEER_CHAIN_SERIALS: chain((side) => side.serial),
  ...moreNames('DOWNSTREAM_PEER', (info) => downstream(info)?.peer),
  ...moreNames('DOWNSTREAM_LOCAL', (info) => downstream(info)?.local),
  UPSTREAM_SERVER_NAME: text((info) => upstream(info)?.sni),
  REQUESTED_SERVER_NAME: { params: 'optional', length: false, make: requestedServerName },
};
