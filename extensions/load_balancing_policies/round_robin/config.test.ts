import t from 'tap';
import { policySuite } from '../../../test/support/lb-policy-suite.ts';
import definition from './index.ts';

policySuite(t, definition, 'round_robin');
