import CKernels
import Kernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// Threads that do the same work together, each its share, and sleep between runs.
///
/// The caller is one of them. Unchecked because the work is handed over in memory that the mutex and the barrier order.
final class ThreadTeam: @unchecked Sendable {
  let count: Int
  private let state: TeamState
  private var threads: [pthread_t] = []

  /// A team of up to `count` threads: as many as the system gives.
  init(count: Int) {
    let others = max(1, min(count, ThreadCount.largest)) - 1
    state = TeamState()
    for index in 0..<others {
      guard let thread = Self.start(WorkerStart(state: state, index: index + 1)) else { break }
      threads.append(thread)
    }
    self.count = threads.count + 1
    state.begin(count: self.count)
  }

  deinit {
    state.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Calls a closure on every thread and returns when all have returned. One run at a time.
  func run(_ work: @escaping (TeamMember) -> Void) {
    if count > 1 { state.publish(work) }
    let floatingPoint = cnnc_flush_denormals()
    state.member(0, of: count, does: work)
    cnnc_restore_floating_point(floatingPoint)
  }

  private static func start(_ worker: WorkerStart) -> pthread_t? {
    let box = Unmanaged.passRetained(worker)
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { start in runWorker(start) }, box.toOpaque())
    #elseif canImport(Glibc)
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { start in start.flatMap(runWorker) }, box.toOpaque())
    #else
      var thread: pthread_t? = nil
      let status = pthread_create(&thread, nil, { start in start.flatMap(runWorker) }, box.toOpaque())
    #endif
    guard status == 0 else {
      box.release()
      return nil
    }
    return thread
  }
}

/// A thread of a team during a run.
struct TeamMember {
  let worker: Worker
  fileprivate let barrier: OpaquePointer?

  /// Returns when all threads of the team have come here.
  func meet() {
    if let barrier { cnnc_barrier_wait(barrier) }
  }
}

/// What a thread is started with.
private final class WorkerStart: Sendable {
  let state: TeamState
  let index: Int

  init(state: TeamState, index: Int) {
    self.state = state
    self.index = index
  }
}

private func runWorker(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  let start = Unmanaged<WorkerStart>.fromOpaque(start).takeRetainedValue()
  _ = cnnc_flush_denormals()
  var run: Int64 = 0
  while let (work, count) = start.state.next(after: &run) {
    start.state.member(start.index, of: count, does: work)
  }
  return nil
}

/// What the threads of a team share.
///
/// Unchecked because the mutex guards what changes, and the barrier at the end of a run lies between a run's work and
/// the next.
private final class TeamState: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// The number of the current run.
  private let runs = cnnc_counter_create()
  private(set) var barrier: OpaquePointer?
  private var work: ((TeamMember) -> Void)?
  private var count = 1

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(mutex)
    wake.deallocate()
    mutex.deallocate()
    cnnc_counter_destroy(runs)
    if let barrier { cnnc_barrier_destroy(barrier) }
  }

  private func locked(_ body: () -> Void) {
    pthread_mutex_lock(mutex)
    body()
    pthread_mutex_unlock(mutex)
  }

  func begin(count: Int) {
    locked {
      self.count = count
      barrier = cnnc_barrier_create(Int32(count))
    }
  }

  /// Starts a run.
  func publish(_ work: @escaping (TeamMember) -> Void) {
    if let barrier { cnnc_barrier_begin(barrier) }
    locked {
      self.work = work
      cnnc_counter_increment(runs)
      pthread_cond_broadcast(wake)
    }
  }

  /// Sends the threads home.
  func stop() {
    locked {
      work = nil
      cnnc_counter_increment(runs)
      pthread_cond_broadcast(wake)
    }
  }

  /// The work of the run after `run`, when it starts; nil when the team ends.
  func next(after run: inout Int64) -> (work: (TeamMember) -> Void, count: Int)? {
    _ = cnnc_counter_spin(runs, run)
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while cnnc_counter_load(runs) == run { pthread_cond_wait(wake, mutex) }
    run = cnnc_counter_load(runs)
    return work.map { ($0, count) }
  }

  /// Does a thread's part of a run, and returns when all others have done theirs.
  func member(_ index: Int, of count: Int, does work: (TeamMember) -> Void) {
    let worker = Worker(index: index, count: count)
    guard count > 1, let barrier else { return work(TeamMember(worker: worker, barrier: nil)) }
    let start = cnnc_nanoseconds()
    work(TeamMember(worker: worker, barrier: barrier))
    cnnc_barrier_end(barrier, start)
  }
}
