import CPluginSupport
import CTransportCurl

/// What libcurl calls during a transfer, on the driving thread. The context is the `Transfer`, which the client keeps
/// alive.
let transferFunctions = transport_curl_functions(
    header: { bytes, unit, count, context in
        let size = unit * count
        guard let transfer = transfer(context), let line = readable(bytes, size) else { return 0 }
        return transfer.receiveHeaderLine(line) ? size : refuse(size)
    },
    write: { bytes, unit, count, context in
        let size = unit * count
        guard let transfer = transfer(context), let body = readable(bytes, size) else { return 0 }
        return transfer.receiveBody(body) ? size : refuse(size)
    },
    read: { buffer, unit, count, context in
        guard let transfer = transfer(context), let buffer else { return Int(CURL_READFUNC_ABORT) }
        let space = UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: UInt8.self)
        let sent = transfer.sendBody(UnsafeMutableBufferPointer(start: space, count: unit * count))
        return sent ?? Int(CURL_READFUNC_ABORT)
    },
    seek: { context, offset, origin in
        guard let transfer = transfer(context), origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
        return transfer.rewindBody(to: Int64(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    },
    begin: { context, _, _, _, _ in
        transfer(context)?.connectionIsReady()
        return CURL_PREREQFUNC_OK
    })

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private func readable(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int) -> UnsafeBufferPointer<UInt8>? {
    bytes.map {
        UnsafeBufferPointer(start: UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self), count: size)
    }
}

/// Any other count than `size` stops the transfer.
private func refuse(_ size: Int) -> Int { size == 0 ? 1 : 0 }
