import { packageVersion } from '../core/find.ts';
import { nodeApp } from './node-app.ts';

export default nodeApp('node:http+undici', 'undici.ts', () => packageVersion('undici'), 'the package undici is not installed: run npm ci');
