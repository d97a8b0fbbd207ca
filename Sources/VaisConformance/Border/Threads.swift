internal import Glibc

/// Runs `body` on `count` threads at once, with numbers from 0, and returns when all have ended.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Start {
        let number: Int
        let body: @Sendable (Int) -> Void

        init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.number = number
            self.body = body
        }
    }
    var threads: [pthread_t] = []
    for number in 0..<count {
        let start = Unmanaged.passRetained(Start(number, body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                if let context {
                    let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                    start.body(start.number)
                }
                return nil
            }, start.toOpaque())
        if result == 0 {
            threads.append(thread)
        } else {
            start.release()
            body(number)  // No thread to be had: one after the other is still a test.
        }
    }
    for thread in threads { pthread_join(thread, nil) }
}
