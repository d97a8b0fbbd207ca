import CDigestOpenSSL
import CVaisPlugin

/// `vais.digest/1`. A `vais_digest_context` is OpenSSL's own `EVP_MD_CTX`; nothing is wrapped.
nonisolated(unsafe) let digestTable: UnsafeMutablePointer<vais_digest> = {
    let table = UnsafeMutablePointer<vais_digest>.allocate(capacity: 1)
    table.initialize(
        to: vais_digest(
            struct_size: UInt32(MemoryLayout<vais_digest>.size),
            reserved: 0,
            algorithm: { algorithms[$0] },
            context_new: newContext,
            context_reset: resetContext,
            context_update: updateContext,
            context_final: finishContext,
            context_free: { EVP_MD_CTX_free($0) },
            oneshot: oneshot))
    return table
}()

private func newContext(
    _ algorithm: UnsafePointer<vais_algorithm>?, _ context: UnsafeMutablePointer<OpaquePointer?>?
) -> vais_status {
    guard let algorithm, let context else { return VAIS_INVALID }
    guard let new = EVP_MD_CTX_new() else { return VAIS_BUSY }
    guard EVP_DigestInit_ex2(new, OpaquePointer(algorithm.pointee.handle), nil) == 1 else {
        EVP_MD_CTX_free(new)
        return VAIS_INTERNAL
    }
    context.pointee = new
    return VAIS_OK
}

/// Without an algorithm, OpenSSL starts over with the one it has, in the memory it has.
private func resetContext(_ context: OpaquePointer?) -> vais_status {
    EVP_DigestInit_ex2(context, nil, nil) == 1 ? VAIS_OK : VAIS_INTERNAL
}

private func updateContext(_ context: OpaquePointer?, _ bytes: vais_span) -> vais_status {
    guard bytes.size > 0 else { return VAIS_OK }
    return EVP_DigestUpdate(context, bytes.data, Int(bytes.size)) == 1 ? VAIS_OK : VAIS_INTERNAL
}

private func finishContext(
    _ context: OpaquePointer?, _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt64
) -> vais_status {
    guard let size = UInt64(exactly: EVP_MD_get_size(EVP_MD_CTX_get0_md(context))) else { return VAIS_INVALID }
    guard capacity >= size else { return VAIS_LIMIT }
    return EVP_DigestFinal_ex(context, out, nil) == 1 ? VAIS_OK : VAIS_INTERNAL
}

private func oneshot(
    _ algorithm: UnsafePointer<vais_algorithm>?, _ spans: UnsafePointer<vais_span>?, _ count: UInt32,
    _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt64
) -> vais_status {
    guard let algorithm else { return VAIS_INVALID }
    guard capacity >= UInt64(algorithm.pointee.digest_size) else { return VAIS_LIMIT }
    guard let context = spareContexts.take() ?? EVP_MD_CTX_new() else { return VAIS_BUSY }
    guard EVP_DigestInit_ex2(context, OpaquePointer(algorithm.pointee.handle), nil) == 1 else {
        EVP_MD_CTX_free(context)
        return VAIS_INTERNAL
    }
    if let spans {
        for span in UnsafeBufferPointer(start: spans, count: Int(count)) {
            guard updateContext(context, span) == VAIS_OK else {
                EVP_MD_CTX_free(context)
                return VAIS_INTERNAL
            }
        }
    }
    let status = finishContext(context, out, capacity)
    // Finishing has wiped what was hashed; an unfinished context is not kept.
    if status == VAIS_OK { spareContexts.put(context) } else { EVP_MD_CTX_free(context) }
    return status
}
