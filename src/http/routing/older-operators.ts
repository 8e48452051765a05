/**
 * Spellings of operators that header values alone may have (Envoy docs, "Custom request/response headers"): parameters as a JSON list,
 * and `PER_REQUEST_STATE`.
 */
const LISTED = /%(DYNAMIC_METADATA|UPSTREAM_METADATA)\(\s*\[([^\]%]*)\]\s*\)%/g;
const STATE = /%PER_REQUEST_STATE\(([^)%]*)\)%/g;
const STRING = /^\s*"([^"\\]*)"\s*$/;

/** The format in the spelling that all formats have; what is not understood stays as it is. */
export function newerOperators(format: string): string {
  return format.replace(LISTED, newer).replace(STATE, '%FILTER_STATE($1:PLAIN)%');
}

function newer(whole: string, name: string, list: string): string {
  const keys = list.split(',').map((item) => STRING.exec(item)?.[1]);
  return keys.includes(undefined) ? whole : `%${name}(${keys.join(':')})%`;
}
