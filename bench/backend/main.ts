/** The service behind the proxies: `main.ts h1|h2|grpc|h1-tls <bytes of each reply> <port> <bytes of each message> <folder of certificates>`. */
import { serveHttp1, serveHttp1Tls } from './http1.ts';
import { serveHttp2 } from './http2.ts';

const [kind = 'h1', bytes = '1024', port = '0', message = '0', certificates = ''] = process.argv.slice(2);
if (kind === 'h1') await serveHttp1(Number(bytes), Number(port));
else if (kind === 'h1-tls') await serveHttp1Tls(Number(bytes), Number(port), certificates);
else await serveHttp2(Number(bytes), kind === 'grpc', Number(port), Number(message) || undefined);
