/** Counts of what was asked and answered, for `/_stats`. */
export class Stats {
  requests = 0;
  graphqlRequests = 0;
  graphqlAnswered = 0;
  restRequests = 0;
  points = 0;
  nodes = 0;
  bytes = 0;
  faults = 0;
  concurrent = 0;
  maxConcurrent = 0;
  operations = {};

  begin() {
    this.requests += 1;
    this.concurrent += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.concurrent);
  }

  end() {
    this.concurrent -= 1;
  }

  operation(name) {
    const key = name || '(unnamed)';
    this.operations[key] = (this.operations[key] ?? 0) + 1;
  }
}
