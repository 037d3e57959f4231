import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';

/**
 * Copies a catalog whose workload listens on fixed ports, and gives the copy ports that are free, so
 * that several can run on one machine. Whatever names an old port in the copy's YAML names the new one;
 * relative paths in workload.yaml still lead to where they led.
 *
 * @param edit changes the text of a file on its way, for a test that wants another guard
 */
export async function copyWithOwnPorts(
  catalogDir: string,
  intoDir: string,
  edit: (text: string, file: string) => string = (text) => text,
): Promise<void> {
  cpSync(catalogDir, intoDir, { recursive: true });
  const ports = await freePortsFor(readFileSync(join(catalogDir, 'workload.yaml'), 'utf8'));
  const files = readdirSync(intoDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  );
  for (const file of files) {
    const before = readFileSync(join(intoDir, file), 'utf8');
    const moved = before.replaceAll(/\b\d{4,5}\b/g, (number) => ports.get(number) ?? number);
    const rooted =
      file === 'workload.yaml'
        ? moved.replaceAll(/(?<=[\s,[])\.{1,2}\/[^\s,\]]+/g, (path) => resolve(catalogDir, path))
        : moved;
    writeFileSync(join(intoDir, file), edit(rooted, file));
  }
}

async function freePortsFor(workload: string): Promise<Map<string, string>> {
  const ports = [...workload.matchAll(/\bport:\s*(\d+)/g)].map(([, port = '']) => port);
  // All are held until all are found, or the same one could be found twice.
  const servers = await Promise.all(ports.map(listenAnywhere));
  const found = servers.map((server) => String((server.address() as AddressInfo).port));
  for (const server of servers) server.close();
  return new Map(ports.map((port, at) => [port, found[at] ?? port]));
}

function listenAnywhere(): Promise<ReturnType<typeof createServer>> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      done(server);
    });
  });
}
