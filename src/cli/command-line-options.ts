/** The flags as other rooms want them. */
import type { Init } from '../api/index.ts';
import {
  duration,
  envoy_admin_v3_CommandLineOptions_DrainStrategy,
  envoy_admin_v3_CommandLineOptions_IpVersion,
  envoy_admin_v3_CommandLineOptions_Mode,
} from '../api/index.ts';
import type { ProxyOptions } from '../upstream/factory-context.ts';
import type { Flags } from './flags.ts';

/** For everything that is compiled. */
export function optionsOf(flags: Flags): ProxyOptions {
  const { serviceNode, serviceCluster, serviceZone, concurrency, fileFlushMs, drainMs, drainStrategy } = flags;
  return { serviceNode, serviceCluster, serviceZone, concurrency, fileFlushMs, drainMs, drainStrategy, staticOnly: true };
}

/** For `/server_info`. */
export function commandLineOf(flags: Flags): Init<'envoy.admin.v3.CommandLineOptions'> {
  const { given } = flags;
  const text = (name: Parameters<typeof given.get>[0]): string => {
    const value = given.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    baseId: BigInt(text('base-id') || 0),
    useDynamicBaseId: given.has('use-dynamic-base-id'),
    baseIdPath: text('base-id-path'),
    concurrency: flags.concurrency,
    configPath: flags.configPath,
    configYaml: flags.configYaml,
    allowUnknownStaticFields: flags.allowUnknownStaticFields,
    rejectUnknownDynamicFields: given.has('reject-unknown-dynamic-fields'),
    ignoreUnknownDynamicFields: given.has('ignore-unknown-dynamic-fields'),
    skipDeprecatedLogs: given.has('skip-deprecated-logs'),
    adminAddressPath: flags.adminAddressPath,
    localAddressIpVersion: envoy_admin_v3_CommandLineOptions_IpVersion[flags.localAddressIpVersion],
    logLevel: flags.logLevel,
    componentLogLevel: text('component-log-level'),
    logFormat: text('log-format') || '[%Y-%m-%d %T.%e][%P][%l][%n] %v',
    logFormatEscaped: given.has('log-format-escaped'),
    logPath: flags.logPath,
    serviceCluster: flags.serviceCluster,
    serviceNode: flags.serviceNode,
    serviceZone: flags.serviceZone,
    fileFlushInterval: duration(flags.fileFlushMs),
    fileFlushMinSize: flags.fileFlushMinKb,
    drainTime: duration(flags.drainMs),
    drainStrategy: envoy_admin_v3_CommandLineOptions_DrainStrategy[flags.drainStrategy === 'gradual' ? 'Gradual' : 'Immediate'],
    parentShutdownTime: duration(1000 * flags.parentShutdownS),
    mode: envoy_admin_v3_CommandLineOptions_Mode[flags.mode === 'serve' ? 'Serve' : flags.mode === 'validate' ? 'Validate' : 'InitOnly'],
    disableHotRestart: true,
    enableMutexTracing: given.has('enable-mutex-tracing'),
    restartEpoch: Number(text('restart-epoch') || 0),
    cpusetThreads: given.has('cpuset-threads'),
    disabledExtensions: [...flags.disabledExtensions],
    enableFineGrainLogging: given.has('enable-fine-grain-logging'),
    logStacktraceSingleEntry: given.has('log-stacktrace-single-entry'),
    socketPath: text('socket-path') || '@envoy_domain_socket',
    enableCoreDump: given.has('enable-core-dump'),
    statsTag: [...(Array.isArray(given.get('stats-tag')) ? (given.get('stats-tag') as readonly string[]) : [])],
  };
}
