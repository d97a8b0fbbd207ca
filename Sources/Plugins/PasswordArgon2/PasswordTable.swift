import CPluginSupport
import CVaisPlugin

/// `vais.password/1`.
nonisolated(unsafe) let passwordTable: UnsafeMutablePointer<vais_password> = {
    let table = UnsafeMutablePointer<vais_password>.allocate(capacity: 1)
    table.initialize(
        to: vais_password(
            struct_size: UInt32(MemoryLayout<vais_password>.size),
            reserved: 0,
            open: open,
            close: { hasher in
                guard let hasher = UnsafeMutablePointer<Hasher>(hasher) else { return }
                hasher.deinitialize(count: 1)
                hasher.deallocate()
            },
            cost: { hasher, memory, threads in
                guard let parameters = UnsafePointer<Hasher>(hasher)?.pointee.settings.parameters else { return }
                memory?.pointee = UInt64(parameters.memory) * 1024
                threads?.pointee = parameters.lanes
            },
            hash: { hasher, secret, salt, out, capacity, size, call in
                guard let hasher = UnsafePointer<Hasher>(hasher) else { return VAIS_INVALID }
                return hasher.pointee.hash(secret, salt, out, capacity, size, call)
            },
            verify: { hasher, phc, secret, call in
                guard let hasher = UnsafePointer<Hasher>(hasher) else { return VAIS_INVALID }
                return hasher.pointee.verify(phc, secret, call)
            },
            needs_rehash: { hasher, phc in
                guard let hasher = UnsafePointer<Hasher>(hasher) else { return 1 }
                return hasher.pointee.needsRehash(phc) ? 1 : 0
            }))
    return table
}()

private func open(
    _ options: UnsafePointer<vais_password_options>?, _ call: UnsafeMutablePointer<vais_call>?,
    _ hasher: UnsafeMutablePointer<OpaquePointer?>?
) -> vais_status {
    guard let options, let hasher else { return VAIS_INVALID }
    var known = vais_password_options()
    guard
        vais_copy_known(
            &known, UInt64(MemoryLayout<vais_password_options>.size), options, VAIS_PASSWORD_OPTIONS_SIZE_1_0) != 0
    else { return fail(call, VAIS_INVALID, "the options' struct_size is too small") }
    let settings: Settings
    switch Settings.read(known) {
    case .success(let read): settings = read
    case .failure(let problem):
        return fail(
            call, VAIS_INVALID,
            "\(problem.key) must be a whole number from \(problem.range.lowerBound) to \(problem.range.upperBound)")
    }
    if settings.parameters.isBelowAdvice {
        warn(
            "memory_kib = \(settings.parameters.memory) with iterations = \(settings.parameters.iterations) is weaker "
                + "than OWASP advises for stored passwords; use at least 19456 and 2")
    }
    let new = UnsafeMutablePointer<Hasher>.allocate(capacity: 1)
    new.initialize(to: Hasher(settings: settings))
    hasher.pointee = OpaquePointer(new)
    return VAIS_OK
}
