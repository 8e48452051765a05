/** `original_ip_detection_extensions` → who says where a request comes from. */
import { isMessage, type Message, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { InternalAddresses } from '../../../src/http/conn-manager/internal-addresses.ts';
import { ForwardedDetection, HeaderDetection, type IpDetection, TrustedProxies } from '../../../src/http/conn-manager/ip-detection.ts';
import { pinName } from '../../../src/http/header-name.ts';
import { openAt } from '../../../src/upstream/open-any.ts';
import { compileRanges } from './cidr-config.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;
type Xff = Message<'envoy.extensions.http.original_ip_detection.xff.v3.XffConfig'>;
type CustomHeader = Message<'envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig'>;

const XFF = new Set(['xff_num_trusted_hops', 'xff_trusted_cidrs', 'skip_xff_append']);
const CUSTOM_HEADER = new Set(['header_name', 'allow_extension_to_set_address_as_trusted', 'reject_with_status']);
const FORBIDDEN = 403;

/** Null when there are none: use_remote_address and xff_num_trusted_hops decide, and must not be set otherwise. */
export function compileOrigins(message: Manager, problems: Problems): readonly IpDetection[] | null {
  const extensions = message.originalIpDetectionExtensions;
  if (extensions.length === 0) return null;
  if (message.useRemoteAddress === true) mixed('use_remote_address', problems);
  if (message.xffNumTrustedHops > 0) mixed('xff_num_trusted_hops', problems);
  const detections: IpDetection[] = [];
  extensions.forEach((extension, i) => {
    const at = problems.at('original_ip_detection_extensions').at(i).at('typed_config');
    if (extension.typedConfig === undefined) {
      at.add('missing', 'typed_config is required');
      return;
    }
    const opened = openAt(extension.typedConfig, at);
    if (opened === null) return;
    if (opened.kind === 'message' && isMessage(opened.message, 'envoy.extensions.http.original_ip_detection.xff.v3.XffConfig')) {
      detections.push(compileXff(opened.message, at));
    } else if (
      opened.kind === 'message' &&
      isMessage(opened.message, 'envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig')
    ) {
      detections.push(compileCustomHeader(opened.message, at));
    } else {
      at.add('unknown_type', `no original IP detection extension is registered for ${opened.typeName || 'an empty type URL'}`);
    }
  });
  return detections;
}

function mixed(field: string, problems: Problems): void {
  problems
    .at(field)
    .add('bad_value', `${field} and original_ip_detection_extensions may not be mixed`, 'set it in an extension of type XffConfig');
}

function compileXff(message: Xff, problems: Problems): IpDetection {
  refuseOthers(message, XFF, problems);
  const append = message.skipXffAppend === false;
  if (message.xffTrustedCidrs === undefined) return new ForwardedDetection(message.xffNumTrustedHops, append);
  if (message.xffNumTrustedHops > 0) {
    problems.at('xff_trusted_cidrs').add('bad_value', 'only one of xff_num_trusted_hops and xff_trusted_cidrs can be set');
  }
  const proxies: InternalAddresses = compileRanges(message.xffTrustedCidrs.cidrs, false, problems.at('xff_trusted_cidrs').at('cidrs'));
  return new TrustedProxies(proxies, append);
}

function compileCustomHeader(message: CustomHeader, problems: Problems): IpDetection {
  refuseOthers(message, CUSTOM_HEADER, problems);
  const status =
    message.rejectWithStatus === undefined ? 0 : message.rejectWithStatus.code < 400 ? FORBIDDEN : message.rejectWithStatus.code;
  return new HeaderDetection(pinName(message.headerName), message.allowExtensionToSetAddressAsTrusted, status);
}
