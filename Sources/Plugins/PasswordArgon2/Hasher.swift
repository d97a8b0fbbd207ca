import CPasswordArgon2
import CPluginSupport
import CVaisPlugin

/// One opened hasher: its settings, which do not change, and its budget, so that any thread may use it. `vais_hasher` is a
/// pointer to it. The secret is handed to libargon2 where the host keeps it; this plugin copies none.
struct Hasher {
    private static let tagSize = 32
    private static let saltSizes: ClosedRange<UInt64> = 16...64

    let settings: Settings
    private let budget: Budget

    init(settings: Settings) {
        self.settings = settings
        budget = Budget(settings)
    }

    /// See `vais_password.hash`. Once begun, a hash cannot be interrupted: the deadline is looked at before.
    func hash(
        _ secret: vais_span, _ salt: vais_span, _ out: UnsafeMutablePointer<CChar>?, _ capacity: UInt64,
        _ size: UnsafeMutablePointer<UInt64>?, _ call: UnsafeMutablePointer<vais_call>?
    ) -> vais_status {
        guard Self.saltSizes.contains(salt.size) else {
            return fail(call, VAIS_INVALID, "a salt of \(salt.size) bytes; it must have 16 to 64")
        }
        let readiness = begin(secret, call)
        guard readiness == VAIS_OK else { return readiness }

        let parameters = settings.parameters
        // The size libargon2 answers counts a NUL at the end.
        let encodedSize = argon2_encodedlen(
            parameters.iterations, parameters.memory, parameters.lanes, UInt32(salt.size), UInt32(Self.tagSize),
            Argon2_id)
        size?.pointee = UInt64(encodedSize - 1)
        guard let out, capacity >= UInt64(encodedSize - 1) else {
            return fail(call, VAIS_LIMIT, "the hash has \(encodedSize - 1) bytes of text, the buffer holds \(capacity)")
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: encodedSize) { encoded -> vais_status in
            guard let text = encoded.baseAddress else { return VAIS_INTERNAL }
            return budget.spend(parameters, call) {
                let code = argon2id_hash_encoded(
                    parameters.iterations, parameters.memory, parameters.lanes, secret.data, Int(secret.size),
                    salt.data, Int(salt.size), Self.tagSize, text, encodedSize)
                guard code == 0 else { return failed(code, call) }
                memcpy(out, text, encodedSize - 1)
                return VAIS_OK
            }
        }
    }

    /// See `vais_password.verify`. The stored hash is checked for what it costs before anything is spent on it, and counts as what it costs.
    func verify(_ phc: vais_span, _ secret: vais_span, _ call: UnsafeMutablePointer<vais_call>?) -> vais_status {
        let text = UnsafeBufferPointer(start: phc.data, count: Int(phc.size))
        guard let stored = StoredHash(parsing: text) else {
            return fail(call, VAIS_INVALID, "the stored hash is not Argon2id in version 19")
        }
        guard isBearable(stored.parameters) else {
            let asked = stored.parameters
            return fail(
                call, VAIS_INVALID,
                "the stored hash asks for \(asked.memory) KiB of memory, \(asked.iterations) iterations and "
                    + "\(asked.lanes) lanes, more than this server allows (memory_limit_kib is "
                    + "\(settings.memoryLimit))")
        }
        let readiness = begin(secret, call)
        guard readiness == VAIS_OK else { return readiness }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { encoded -> vais_status in
            guard let copy = encoded.baseAddress else { return VAIS_INTERNAL }
            memcpy(copy, phc.data, text.count)
            copy[text.count] = 0
            return budget.spend(stored.parameters, call) {
                let code = argon2id_verify(copy, secret.data, Int(secret.size))
                return code == 0 ? VAIS_OK : failed(code, call)
            }
        }
    }

    func needsRehash(_ phc: vais_span) -> Bool {
        let text = UnsafeBufferPointer(start: phc.data, count: Int(phc.size))
        guard let stored = StoredHash(parsing: text) else { return true }
        return stored.parameters.isWeaker(than: settings.parameters) || stored.tagSize < Self.tagSize
            || stored.saltSize < Self.saltSizes.lowerBound
    }

    private func isBearable(_ asked: Parameters) -> Bool {
        let own = settings.parameters
        return asked.memory <= max(settings.memoryLimit, own.memory)
            && asked.lanes <= max(Settings.mostLanes, own.lanes)
            && asked.work <= max(4 * UInt64(settings.memoryLimit), own.work)
    }

    /// What every slow call checks first.
    private func begin(_ secret: vais_span, _ call: UnsafeMutablePointer<vais_call>?) -> vais_status {
        guard secret.size <= UInt64(UInt32.max) else { return fail(call, VAIS_INVALID, "the secret is too long") }
        guard let call else { return VAIS_OK }
        guard call.pointee.flags == 0 else { return VAIS_UNSUPPORTED }
        if vais_flag_is_set(call.pointee.cancelled) != 0 { return VAIS_CANCELLED }
        if call.pointee.deadline != 0, vais_monotonic_now() >= call.pointee.deadline { return VAIS_TIMEOUT }
        return VAIS_OK
    }

    /// One table from libargon2's codes to ours.
    private func failed(_ code: Int32, _ call: UnsafeMutablePointer<vais_call>?) -> vais_status {
        let status =
            switch argon2_error_codes(code) {
            case ARGON2_VERIFY_MISMATCH: VAIS_DENIED
            case ARGON2_MEMORY_ALLOCATION_ERROR, ARGON2_THREAD_FAIL: VAIS_BUSY
            case ARGON2_DECODING_FAIL, ARGON2_DECODING_LENGTH_FAIL, ARGON2_INCORRECT_TYPE: VAIS_INVALID
            default: VAIS_INTERNAL
            }
        guard let words = argon2_error_message(code) else { return status }
        vais_describe_error(
            call?.pointee.error, Int64(code), UnsafeRawPointer(words).assumingMemoryBound(to: UInt8.self),
            UInt64(strlen(words)))
        return status
    }
}
