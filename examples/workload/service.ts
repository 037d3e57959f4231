// One service of the example shop: `node service.ts inventory|checkout|shopper`.
import { checkout, inventory } from './business.ts';
import type { Business } from './business.ts';
import { watchFault } from './fault-watch.ts';
import { createHttpServer } from './http-server.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { startShopping } from './shopper.ts';
import type { FaultWatch } from './fault-watch.ts';

/** Requests under way get so long to finish after SIGTERM; ECS kills after 30 s, the embedded one after 5 s. */
const GRACE_MS = 4_000;

function serve(business: Business, settings: Settings, faults: FaultWatch, log: Log): () => void {
  const server = createHttpServer({ business, faults, log });
  server.on('error', (error) => {
    log('error', `cannot listen on ${settings.host}:${settings.port}`, { error: error.message });
    process.exit(1);
  });
  server.listen(settings.port, settings.host, () => {
    log('info', `listens on ${settings.host}:${settings.port}`, { deployment: settings.deploymentId });
  });
  return () => {
    server.close();
    // A kept-alive connection becomes idle only after its last answer, so once is not enough.
    setInterval(() => {
      server.closeIdleConnections();
    }, 100).unref();
    // Under `hang` nothing will be finished, so nothing is waited for.
    const graceMs = faults.current() === 'hang' ? 0 : GRACE_MS;
    setTimeout(() => {
      server.closeAllConnections();
    }, graceMs).unref();
  };
}

function start(settings: Settings, log: Log): () => void {
  const faults = watchFault(settings, log);
  switch (settings.role) {
    case 'inventory':
      return serve(inventory(), settings, faults, log);
    case 'checkout':
      return serve(checkout(settings), settings, faults, log);
    case 'shopper':
      return startShopping(settings, faults, log);
  }
}

const settings = readSettings(process.argv[2], process.env);
const log = createLog(settings);
const stop = start(settings, log);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log('info', `stops on ${signal}`);
    stop();
  });
}
