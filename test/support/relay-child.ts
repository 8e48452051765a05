/**
 * A process that relays every connection on a port of its own to the port in its first argument: what sockets and buffers cost
 * without any protocol above them. Prints its port.
 */
import { ipAddress } from '../../src/base/address.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createDispatcher } from '../../src/net/event-loop.ts';
import { ListeningSocket } from '../../src/net/listening-socket.ts';
import { READS_STATIC } from '../../src/net/socket-options.ts';
import { relay } from './relay.ts';

const BUFFER_LIMIT = 1_048_576;

const target = ipAddress('127.0.0.1', Number(process.argv[2]));
const dispatcher = createDispatcher({ clock: systemClock, workerIndex: 0 });
const socket = new ListeningSocket(
  { address: ipAddress('127.0.0.1', 0), dualStack: false, reusePort: false, backlog: 128 },
  {
    onAccept: (accepted) => void relay(dispatcher, accepted, target, READS_STATIC, BUFFER_LIMIT),
    onAcceptError: (text) => process.stderr.write(`${text}\n`),
  },
);
socket.open(() => process.stdout.write(`${socket.address.port}\n`));
