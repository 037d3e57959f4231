import { connect, createServer, type Server, type Socket } from 'node:net';
import { HOST } from './ports.ts';

/** The fixed port of a service, in front of its tasks. */
export interface LoadBalancer {
  readonly close: () => Promise<void>;
}

/**
 * Listens on a port and joins each connection to a task, in turn. Without a task, or if the task does
 * not take the connection, the connection is closed at once.
 *
 * @param targets the ports of the tasks that take new connections now
 * @throws Error if the port cannot be listened on
 */
export async function openLoadBalancer(
  port: number,
  targets: () => readonly number[],
): Promise<LoadBalancer> {
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const ports = targets();
    const target = ports[turn % Math.max(ports.length, 1)];
    turn += 1;
    if (target === undefined) {
      incoming.destroy();
      return;
    }
    const outgoing = connect({ host: HOST, port: target });
    keep(open, incoming, () => outgoing.destroy());
    keep(open, outgoing, (isBroken) => (isBroken ? incoming.destroy() : incoming.end()));
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  });
  await listen(server, port);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

/** A client that leaves takes its connection to the task with it; what a task has sent still arrives. */
function keep(open: Set<Socket>, socket: Socket, onClosed: (isBroken: boolean) => void): void {
  open.add(socket);
  // An error is followed by `close`, which tells of it.
  socket.on('error', () => undefined);
  socket.on('close', (isBroken) => {
    open.delete(socket);
    onClosed(isBroken);
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new Error(
          `Cannot listen on ${HOST}:${port}: ${error.message}. Stop what uses it, or choose another port.`,
        ),
      );
    });
    server.listen(port, HOST, resolve);
  });
}
