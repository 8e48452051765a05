/**
 * What a RouteMatch asks beside the request's head: the client's certificate, and what filters that ran before left behind (a route
 * is chosen again after they clear the route cache).
 */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { MetadataValue, StreamInfo } from '../../telemetry/stream-info.ts';
import { compileStringMatcher, type StringTest } from './string-match.ts';
import { compileValueMatcher, type ValueTest } from './value-match.ts';

export interface StreamTest {
  matches(info: StreamInfo): boolean;
}

class CertificateTest implements StreamTest {
  /** Null where nothing is asked. */
  private readonly presented: boolean | null;
  private readonly validated: boolean | null;

  constructor(presented: boolean | null, validated: boolean | null) {
    this.presented = presented;
    this.validated = validated;
  }

  matches({ downstream: { tls } }: StreamInfo): boolean {
    if (this.presented !== null && (tls !== null && tls.peer !== null) !== this.presented) return false;
    return this.validated === null || (tls?.peerValidated === true) === this.validated;
  }
}

class MetadataTest implements StreamTest {
  private readonly namespace: string;
  private readonly path: readonly string[];
  private readonly value: ValueTest;
  private readonly invert: boolean;

  constructor(namespace: string, path: readonly string[], value: ValueTest, invert: boolean) {
    this.namespace = namespace;
    this.path = path;
    this.value = value;
    this.invert = invert;
  }

  matches(info: StreamInfo): boolean {
    return this.value.test(this.find(info)) !== this.invert;
  }

  private find({ metadata }: StreamInfo): MetadataValue | undefined {
    let value: MetadataValue | undefined = metadata === null ? undefined : metadata.get(this.namespace);
    const path = this.path;
    for (let i = 0; i < path.length; i++) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const key = path[i] as string;
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return value;
  }
}

class FilterStateTest implements StreamTest {
  private readonly key: string;
  private readonly string: StringTest;

  constructor(key: string, string: StringTest) {
    this.key = key;
    this.string = string;
  }

  /** An object that cannot be printed matches nothing, as one that is not there. */
  matches({ filterState }: StreamInfo): boolean {
    if (filterState === null) return false;
    for (const [key, value] of filterState) {
      if (key.name === this.key) return key.serialize !== null && this.string.test(key.serialize(value));
    }
    return false;
  }
}

type RouteMatch = Message<'envoy.config.route.v3.RouteMatch'>;

/** Empty when nothing of the kind is asked. */
export function compileStreamMatchers(message: RouteMatch, problems: Problems): StreamTest[] {
  const tests: StreamTest[] = [];
  if (message.tlsContext !== undefined) {
    tests.push(new CertificateTest(message.tlsContext.presented ?? null, message.tlsContext.validated ?? null));
  }
  message.dynamicMetadata.forEach((matcher, i) => {
    const at = problems.at('dynamic_metadata').at(i);
    if (matcher.value === undefined) {
      at.at('value').add('missing', 'value is required');
      return;
    }
    const value = compileValueMatcher(matcher.value, at.at('value'));
    const path = matcher.path.map(({ segment }) => (segment.case === 'key' ? segment.value : ''));
    if (value !== null) tests.push(new MetadataTest(matcher.filter, path, value, matcher.invert));
  });
  message.filterState.forEach((matcher, i) => {
    const at = problems.at('filter_state').at(i);
    refuseOthers(matcher, new Set(['key', 'string_match']), at);
    if (matcher.matcher.case === undefined) at.add('missing', 'a matcher is required', 'use string_match');
    if (matcher.matcher.case !== 'stringMatch') return;
    const string = compileStringMatcher(matcher.matcher.value, at.at('string_match'));
    if (string !== null) tests.push(new FilterStateTest(matcher.key, string));
  });
  return tests;
}
