import type { FilterMethod, HttpFilter, HttpFilterFactory } from '../../../src/http/filter.ts';
import { RouterFilter } from './filter.ts';
import type { RouterSettings } from './settings.ts';

export const ROUTER_METHODS: readonly FilterMethod[] = [
  'decodeHeaders',
  'decodeData',
  'decodeTrailers',
  'onDownstreamAboveHighWatermark',
  'onDownstreamBelowLowWatermark',
  'onDestroy',
];

export class RouterFactory implements HttpFilterFactory {
  readonly name: string;
  readonly methods: readonly FilterMethod[];
  readonly terminal = true;
  private readonly settings: RouterSettings;

  constructor(name: string, settings: RouterSettings) {
    this.name = name;
    this.methods = ROUTER_METHODS;
    this.settings = settings;
  }

  create(): HttpFilter {
    return new RouterFilter(this.settings);
  }
}
