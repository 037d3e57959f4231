import type { StateStore } from '../kernel/state-store.ts';
import type { ServiceRecord, TaskRecord } from './records.ts';

/** Services and tasks on disk. */
export interface EcsStore {
  readonly service: (cluster: string, service: string) => ServiceRecord | undefined;
  readonly putService: (record: ServiceRecord) => void;
  /** Tasks of one service as an earlier run left them. */
  readonly tasks: (cluster: string, service: string) => TaskRecord[];
  readonly putTask: (task: TaskRecord) => void;
  readonly deleteTask: (task: TaskRecord) => void;
}

export function openEcsStore(state: StateStore): EcsStore {
  const services = state.table<ServiceRecord>('services');
  const tasks = state.table<TaskRecord>('tasks');
  return {
    service: (cluster, service) => services.get(`${cluster}/${service}`),
    putService: (record) => {
      services.put(`${record.cluster}/${record.service}`, record);
    },
    tasks: (cluster, service) =>
      tasks
        .entries()
        .map(([, task]) => task)
        .filter((task) => task.cluster === cluster && task.service === service),
    putTask: (task) => {
      tasks.put(task.taskId, task);
    },
    deleteTask: (task) => {
      tasks.delete(task.taskId);
    },
  };
}
