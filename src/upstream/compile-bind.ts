/**
 * `upstream_bind_config` of a cluster, or of the bootstrap's `cluster_manager` where the cluster says nothing → where connections to hosts
 * come from, and what is set on their sockets. Envoy's rules: the cluster's message replaces the bootstrap's as a whole, but for
 * `freebind` and `socket_options`, which hold from the bootstrap until the cluster has its own.
 */
import { type Message, refuseOthers } from '../api/index.ts';
import type { IpAddress } from '../base/address.ts';
import type { Problems } from '../base/errors.ts';
import { loadLibc } from '../net/libc.ts';
import { type KernelOption, PreparedSocket } from '../net/prepared-socket.ts';
import type { Source, SourcesByFamily } from '../net/transport-socket.ts';
import { compileSocketAddress } from './compile-address.ts';
import { openAt } from './open-any.ts';

type BindConfig = Message<'envoy.config.core.v3.BindConfig'>;
type SocketOption = Message<'envoy.config.core.v3.SocketOption'>;

const HONOURED = new Set([
  'source_address',
  'freebind',
  'socket_options',
  'extra_source_addresses',
  'additional_source_addresses',
  'local_address_selector',
]);
const EXTRA = new Set(['address', 'socket_options']);
const OPTION = new Set(['description', 'level', 'name', 'int_value', 'buf_value', 'type', 'ip_version']);
const HINTS = { state: 'options of connections to hosts are set before they are bound: STATE_PREBIND' };
const DEFAULT_SELECTOR = 'envoy.config.upstream.local_address_selector.v3.DefaultLocalAddressSelector';

// linux/in.h, linux/in6.h
const SOL_IP = 0;
const IP_FREEBIND = 15;
const SOL_IPV6 = 41;
const IPV6_FREEBIND = 78;
const FREEBIND: readonly KernelOption[] = [
  { level: SOL_IP, name: IP_FREEBIND, value: int32(1), family: 4 },
  { level: SOL_IPV6, name: IPV6_FREEBIND, value: int32(1), family: 6 },
];

export interface Sources extends Source {
  /** Null: one for both families. */
  readonly sources: SourcesByFamily | null;
}

export interface BindMessages {
  readonly cluster: BindConfig | undefined;
  readonly bootstrap: BindConfig | undefined;
  /** How the texts begin. */
  readonly who: string;
}

/** `problems` stands at the cluster's message. */
export function compileBind({ cluster, bootstrap, who }: BindMessages, problems: Problems): Sources {
  if (cluster !== undefined) refuseOthers(cluster, HONOURED, problems);
  const freebind = cluster?.freebind ?? bootstrap?.freebind ?? false;
  const own = cluster !== undefined && cluster.socketOptions.length > 0;
  const literal = (own ? cluster : bootstrap)?.socketOptions ?? [];
  const common = compileOptions(literal, problems.at('socket_options'));
  const base = freebind ? FREEBIND : [];
  const config = cluster ?? bootstrap;
  if (config === undefined) return NO_SOURCE;
  checkSelector(config, problems.at('local_address_selector'));

  const source = config.sourceAddress === undefined ? null : compileSocketAddress(config.sourceAddress, problems.at('source_address'));
  const extra = compileExtra(config, common, problems);
  checkFamilies(config, source, extra?.address ?? null, who, problems);
  const first = sourceOf(source, [...base, ...common], problems);
  if (extra === null || source === null || source.family === extra.address.family) return { ...first, sources: null };
  const second = sourceOf(extra.address, [...base, ...extra.options], problems);
  return { ...first, sources: source.family === 4 ? { v4: first, v6: second } : { v4: second, v6: first } };
}

const NO_SOURCE: Sources = { sourceAddress: null, opener: null, sources: null };

interface Extra {
  readonly address: IpAddress;
  readonly options: readonly KernelOption[];
}

function compileExtra(config: BindConfig, common: readonly KernelOption[], problems: Problems): Extra | null {
  const [extra] = config.extraSourceAddresses;
  if (extra !== undefined) {
    const at = problems.at('extra_source_addresses').at(0);
    refuseOthers(extra, EXTRA, at);
    if (extra.address === undefined) return null;
    const address = compileSocketAddress(extra.address, at.at('address'));
    if (address === null) return null;
    const override = extra.socketOptions;
    const optionsAt = at.at('socket_options').at('socket_options');
    return { address, options: override === undefined ? common : compileOptions(override.socketOptions, optionsAt) };
  }
  const [additional] = config.additionalSourceAddresses;
  if (additional === undefined) return null;
  const address = compileSocketAddress(additional, problems.at('additional_source_addresses').at(0));
  return address === null ? null : { address, options: common };
}

/** In Envoy's words. */
function checkFamilies(config: BindConfig, source: IpAddress | null, extra: IpAddress | null, who: string, problems: Problems): void {
  const { extraSourceAddresses, additionalSourceAddresses } = config;
  const field = extraSourceAddresses.length > 0 ? 'extra_source_addresses' : 'additional_source_addresses';
  const at = problems.at(field);
  const more = extraSourceAddresses.length + additionalSourceAddresses.length;
  if (extraSourceAddresses.length > 0 && additionalSourceAddresses.length > 0) {
    at.add(
      'bad_value',
      `Can't specify both \`extra_source_addresses\` and \`additional_source_addresses\` in the ${who}'s upstream binding config`,
    );
  } else if (more > 0 && config.sourceAddress === undefined) {
    at.add(
      'bad_value',
      `${who}'s upstream binding config has extra/additional source addresses but no source_address. Extra/additional addresses cannot be specified if source_address is not set.`,
    );
  } else if (more > 1) {
    at.add(
      'bad_value',
      `${who}'s upstream binding config has more than one extra/additional source addresses. Only one extra/additional source can be supported in BindConfig's extra_source_addresses/additional_source_addresses field`,
    );
  } else if (source !== null && extra !== null && source.family === extra.family) {
    at.add(
      'bad_value',
      `${who}'s upstream binding config has two same IP version source addresses. Only two different IP version source addresses can be supported in BindConfig's source_address and extra_source_addresses/additional_source_addresses fields`,
    );
  }
}

function checkSelector({ localAddressSelector: selector }: BindConfig, problems: Problems): void {
  if (selector?.typedConfig === undefined) return;
  const at = problems.at('typed_config');
  const opened = openAt(selector.typedConfig, at);
  if (opened === null || (opened.kind === 'message' && opened.typeName === DEFAULT_SELECTOR)) return;
  at.add('unsupported', `${opened.typeName || 'an empty type URL'} is not supported`, `use ${DEFAULT_SELECTOR}`);
}

function compileOptions(messages: readonly SocketOption[], problems: Problems): readonly KernelOption[] {
  const options: KernelOption[] = [];
  for (const [i, message] of messages.entries()) {
    refuseOthers(message, OPTION, problems.at(i), HINTS);
    // Of datagrams alone.
    if (message.type?.datagram !== undefined && message.type.stream === undefined) continue;
    const { value } = message;
    if (value.case === undefined) continue;
    options.push({
      level: Number(message.level),
      name: Number(message.name),
      value: value.case === 'intValue' ? int32(Number(BigInt.asIntN(32, value.value))) : value.value,
      family: message.ipVersion === 1 ? 4 : message.ipVersion === 2 ? 6 : 0,
    });
  }
  return options;
}

function sourceOf(address: IpAddress | null, options: readonly KernelOption[], problems: Problems): Source {
  const byNode = Object.freeze({ sourceAddress: address, opener: null });
  if (options.length === 0 && (address === null || address.port !== 0)) return byNode;
  const libc = loadLibc();
  if (typeof libc !== 'string') return Object.freeze({ sourceAddress: address, opener: new PreparedSocket(options, address, libc) });
  // Node binds, and takes a port at once.
  if (options.length > 0) problems.add('unsupported', `options of sockets cannot be set: ${libc}`);
  return byNode;
}

function int32(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer);
}
