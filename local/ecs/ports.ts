import { connect, createServer, type AddressInfo } from 'node:net';

export const HOST = '127.0.0.1';

/** Finds a port that nobody listens on. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Whether somebody takes a TCP connection on this port within a second. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: 1_000 });
    const answer = (does: boolean): void => {
      socket.destroy();
      resolve(does);
    };
    socket.on('connect', () => {
      answer(true);
    });
    socket.on('timeout', () => {
      answer(false);
    });
    socket.on('error', () => {
      answer(false);
    });
  });
}
