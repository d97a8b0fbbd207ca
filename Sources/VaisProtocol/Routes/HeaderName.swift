/// The names of the headers that client and server agree on beyond the ordinary ones.
package enum HeaderName {
    /// The serial of the registry's newest event when the answer was made; on every answer.
    package static let serial = "Vais-Serial"
    /// The request's name in the server's log, as in a problem's `request_id`.
    package static let requestID = "X-Request-Id"
    /// The SHA-256 of the whole representation, `sha-256=:<base64>:` (RFC 9530).
    package static let representationDigest = "Repr-Digest"
    /// A key under which a repeated publish is recognised as the same one.
    package static let idempotencyKey = "Idempotency-Key"
}

/// The media types of requests and answers.
package enum MediaType {
    package static let json = "application/json"
    package static let problem = Problem.mediaType
    /// An archive, as the original server named it.
    package static let archive = "application/gzip"
    /// A package's index (JSON lines).
    package static let index = "application/jsonl"
}
