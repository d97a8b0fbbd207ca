import CPluginSupport
import CTransportCurl
import CVaisPlugin

/// `vais.transport/1`.
nonisolated(unsafe) let transportTable: UnsafeMutablePointer<vais_transport> = {
    let table = UnsafeMutablePointer<vais_transport>.allocate(capacity: 1)
    table.initialize(
        to: vais_transport(
            struct_size: UInt32(MemoryLayout<vais_transport>.size),
            reserved: 0,
            describe: { libraryDescription },
            open: open,
            close: { handle in
                guard let handle else { return }
                Unmanaged<Client>.fromOpaque(UnsafeRawPointer(handle)).takeRetainedValue().close()
            },
            submit: submit,
            cancel: { client($0)?.cancel($1) },
            drive: drive,
            wake: { client($0)?.wake() }))
    return table
}()

/// libcurl is started once, when first needed; the answer stays.
private let started: CURLcode = transport_curl_start()

private func open(
    _ options: UnsafePointer<vais_transport_options>?, _ call: UnsafeMutablePointer<vais_call>?,
    _ client: UnsafeMutablePointer<OpaquePointer?>?
) -> vais_status {
    guard let given = options, let client else { return VAIS_INVALID }
    var options = vais_transport_options()
    guard
        vais_copy_known(
            &options, UInt64(MemoryLayout<vais_transport_options>.size), given, VAIS_TRANSPORT_OPTIONS_SIZE_1_0) != 0
    else { return fail(call, VAIS_INVALID, "the options' struct_size is too small") }
    guard started == CURLE_OK else {
        return fail(call, VAIS_INTERNAL, "libcurl does not start: \(String(cString: curl_easy_strerror(started)))")
    }
    let agent = options.user_agent.bytes
    guard agent.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        return fail(call, VAIS_INVALID, "the user agent has control characters")
    }
    let settings: Settings
    switch Settings.read(options) {
    case .success(let read): settings = read
    case .failure(let problem): return fail(call, VAIS_INVALID, problem.message)
    }
    let common = ClientOptions(settings: settings, userAgent: agent.isEmpty ? nil : withCString(agent) { strdup($0) })
    guard let new = Client(common, maxConnectionsPerOrigin: options.max_connections_per_origin) else {
        common.release()
        return VAIS_INTERNAL
    }
    client.pointee = OpaquePointer(Unmanaged.passRetained(new).toOpaque())
    return VAIS_OK
}

private func submit(
    _ handle: OpaquePointer?, _ request: UnsafePointer<vais_request>?, _ events: UnsafePointer<vais_transfer_events>?,
    _ context: UnsafeMutableRawPointer?, _ call: UnsafeMutablePointer<vais_call>?,
    _ transfer: UnsafeMutablePointer<UInt64>?
) -> vais_status {
    guard let client = client(handle), let request, let events, let transfer else { return VAIS_INVALID }
    guard events.pointee.struct_size >= VAIS_TRANSFER_EVENTS_SIZE_1_0, events.pointee.done != nil else {
        return fail(call, VAIS_INVALID, "the events' struct_size is too small, or there is no `done`")
    }
    var known = vais_request()
    guard vais_copy_known(&known, UInt64(MemoryLayout<vais_request>.size), request, VAIS_REQUEST_SIZE_1_0) != 0 else {
        return fail(call, VAIS_INVALID, "the request's struct_size is too small")
    }
    let outcome = client.submit(known, events, context, number: &transfer.pointee)
    return outcome.status == VAIS_OK ? VAIS_OK : fail(call, outcome.status, outcome.message)
}

private func drive(
    _ handle: OpaquePointer?, _ wait: UInt32, _ active: UnsafeMutablePointer<UInt32>?,
    _ call: UnsafeMutablePointer<vais_call>?
) -> vais_status {
    guard let client = client(handle) else { return VAIS_INVALID }
    let outcome = client.drive(wait)
    active?.pointee = client.activeCount
    return outcome.status == VAIS_OK ? VAIS_OK : fail(call, outcome.status, outcome.message)
}

private func client(_ handle: OpaquePointer?) -> Client? {
    handle.map { Unmanaged<Client>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}
