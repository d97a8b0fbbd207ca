import CVaisPlugin
import Glibc
import Synchronization

/// A client of the transport plugin with the thread that drives it.
final class TestClient: @unchecked Sendable {
    let table: vais_transport
    let handle: OpaquePointer
    private let stopped = Mutex(false)
    private var thread = pthread_t()

    /// - Parameter settings: no proxy from the environment unless the test says otherwise.
    init(connections: UInt32 = 4, settings: [String: String] = ["no_proxy": "*"]) throws {
        table = try PluginFile("transport-curl").table(VAIS_TRANSPORT_1, as: vais_transport.self)
        let call = TestCall()
        var opened: OpaquePointer?
        let list = SettingList(texts: settings)
        let table = table
        let status = list.withPointer { pointer, count in
            borrowing("vais-tests/1") { agent in
                var options = vais_transport_options(
                    struct_size: UInt32(MemoryLayout<vais_transport_options>.size), setting_count: count,
                    settings: pointer, user_agent: agent, max_connections_per_origin: connections, reserved: 0)
                return table.open(&options, call.pointer, &opened)
            }
        }
        guard status == VAIS_OK, let opened else { throw PluginProblem("\(status): \(call.message)") }
        handle = opened
        thread = startThread { [self] in drive() }
    }

    private func drive() {
        let call = TestCall()
        var active: UInt32 = 0
        while !stopped.withLock({ $0 }) {
            guard table.drive(handle, 60_000, &active, call.pointer) == VAIS_OK else { return }
        }
    }

    /// Ends the driving thread, then the client. A test calls it last.
    func close() {
        stopped.withLock { $0 = true }
        table.wake(handle)
        pthread_join(thread, nil)
        table.close(handle)
    }

    /// Sends a request and waits for its end.
    func send(_ request: TestRequest) async -> TestResponse {
        await withCheckedContinuation { continuation in
            _ = submit(request) { continuation.resume(returning: $0) }
        }
    }

    /// Answers the transfer's number, 0 when the request is refused; `done` is called either way, once.
    @discardableResult
    func submit(_ request: TestRequest, done: @escaping @Sendable (TestResponse) -> Void) -> UInt64 {
        let transfer = TestTransfer(request, done: done)
        let context = Unmanaged.passRetained(transfer)
        let call = TestCall()
        var number: UInt64 = 0
        let status = transfer.withRequest {
            table.submit(handle, $0, testEvents, context.toOpaque(), call.pointer, &number)
        }
        if status != VAIS_OK {
            context.release()
            done(TestResponse(outcome: status, message: call.message))
            return 0
        }
        return number
    }

    func cancel(_ number: UInt64) { table.cancel(handle, number) }
}

struct TestRequest: Sendable {
    var method = "GET"
    var url: String
    var headers: [(String, String)] = []
    var decode = false
    var body: [UInt8]?
    /// nil: as large as `body`.
    var bodySize: UInt64?
    var maxResponseBytes: UInt64 = 0
    var maxHeaderBytes: UInt64 = 0
    var connectTimeout: UInt32 = 0
    var stallTimeout: UInt32 = 0
    var deadline: UInt64 = 0
    /// Called in `head` and `data`; true stops the transfer.
    var stopsAtHead = false
    var onData: (@Sendable ([UInt8]) -> Bool)?

    init(_ server: HostileServer, _ path: String = "/", scheme: String = "http") {
        url = "\(scheme)://127.0.0.1:\(server.port)\(path)"
    }
    init(url: String) { self.url = url }

    static let unknownSize = UInt64.max

    /// CLOCK_MONOTONIC in so many milliseconds.
    static func deadline(in milliseconds: UInt64) -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec) + milliseconds * 1_000_000
    }
}

struct TestResponse: Sendable {
    var outcome: vais_status
    var message = ""
    var status: UInt32 = 0
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// Calls of `head`; never more than one.
    var heads = 0

    var text: String { String(decoding: body, as: UTF8.self) }
    subscript(_ name: String) -> String? { headers.first { $0.0.lowercased() == name }?.1 }
}

/// One request and what has come of it: the context of the events.
private final class TestTransfer {
    let request: TestRequest
    var response = TestResponse(outcome: VAIS_INTERNAL)
    var sent = 0
    private let done: @Sendable (TestResponse) -> Void

    init(_ request: TestRequest, done: @escaping @Sendable (TestResponse) -> Void) {
        self.request = request
        self.done = done
    }

    func finish(_ status: vais_status, _ error: UnsafePointer<vais_error>?) {
        response.outcome = status
        response.message = error?.pointee.text ?? ""
        done(response)
    }

    /// The request in C form; everything in it is freed at once afterwards, as the interface allows.
    func withRequest<Result>(_ body: (UnsafePointer<vais_request>) -> Result) -> Result {
        let texts = [request.method, request.url] + request.headers.flatMap { [$0.0, $0.1] }
        let copies = texts.map { text in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
            _ = copy.initialize(from: text.utf8)
            return copy
        }
        defer {
            for copy in copies {
                copy.update(repeating: 0xAA)
                copy.deallocate()
            }
        }
        let spans = copies.map { vais_span(data: $0.baseAddress, size: UInt64($0.count)) }
        let headers = (0..<request.headers.count).map { vais_header(name: spans[2 + 2 * $0], value: spans[3 + 2 * $0]) }
        return headers.withUnsafeBufferPointer { headers in
            var raw = vais_request()
            raw.struct_size = UInt32(MemoryLayout<vais_request>.size)
            raw.flags = (request.decode ? VAIS_REQUEST_DECODE : 0) | (request.body == nil ? 0 : VAIS_REQUEST_BODY)
            raw.method = spans[0]
            raw.url = spans[1]
            raw.headers = headers.baseAddress
            raw.header_count = UInt32(headers.count)
            raw.connect_timeout = request.connectTimeout
            raw.body_size = request.bodySize ?? UInt64(request.body?.count ?? 0)
            raw.max_response_bytes = request.maxResponseBytes
            raw.max_header_bytes = request.maxHeaderBytes
            raw.stall_timeout = request.stallTimeout
            raw.stall_bytes = request.stallTimeout == 0 ? 0 : 10_000
            raw.deadline = request.deadline
            return body(&raw)
        }
    }
}

nonisolated(unsafe) private let testEvents: UnsafePointer<vais_transfer_events> = {
    let events = UnsafeMutablePointer<vais_transfer_events>.allocate(capacity: 1)
    events.initialize(
        to: vais_transfer_events(
            struct_size: UInt32(MemoryLayout<vais_transfer_events>.size), reserved: 0,
            head: { context, status, headers, count in
                guard let context else { return 1 }
                let transfer = Unmanaged<TestTransfer>.fromOpaque(context).takeUnretainedValue()
                transfer.response.heads += 1
                transfer.response.status = status
                transfer.response.headers = UnsafeBufferPointer(start: headers, count: Int(count)).map {
                    (String($0.name), String($0.value))
                }
                return transfer.request.stopsAtHead ? 1 : 0
            },
            data: { context, bytes in
                guard let context else { return 1 }
                let transfer = Unmanaged<TestTransfer>.fromOpaque(context).takeUnretainedValue()
                let piece = Array(UnsafeBufferPointer(start: bytes.data, count: Int(bytes.size)))
                transfer.response.body += piece
                return transfer.request.onData?(piece) == true ? 1 : 0
            },
            body: { context, buffer, capacity in
                guard let context, let buffer else { return UInt64.max }
                let transfer = Unmanaged<TestTransfer>.fromOpaque(context).takeUnretainedValue()
                guard let body = transfer.request.body else { return UInt64.max }
                // Small pieces, so that a body takes many calls.
                let count = min(body.count - transfer.sent, Int(capacity), 10_000)
                body.withUnsafeBufferPointer { bytes in
                    guard count > 0, let start = bytes.baseAddress else { return }
                    buffer.update(from: start + transfer.sent, count: count)
                }
                transfer.sent += count
                return UInt64(count)
            },
            done: { context, status, error in
                guard let context else { return }
                Unmanaged<TestTransfer>.fromOpaque(context).takeRetainedValue().finish(status, error)
            }))
    return UnsafePointer(events)
}()
