/// What a message between the host and a plugin's process is about; its first byte. Both ends are the same program, so there are no
/// versions. Each message is one packet of a socket that keeps their boundaries.
///
///     control   hello ▶ ◀ described   open ▶ ◀ ready    then lane ▶, submit ▶ …    ◀ refused, at any time before ready; ◀ log, always
///     lane      one question ▶ ◀ answered or failed, by one caller at a time; its bytes lie in memory that both share
enum FrameKind: UInt8 {
    // To the child.
    /// Which file to load.
    case hello = 1
    /// The settings to open the plugin with.
    case open
    /// A socket and the memory of a new lane.
    case lane
    /// A transfer to begin.
    case submit
    case cancel
    /// The next bytes of a transfer's body.
    case supply
    /// Asks the driving thread whether it still moves.
    case ping

    // On a lane, to the child.
    /// A whole digest at once.
    case digest
    /// Some bytes of a new digest, of one begun, its last bytes; and one that nobody wants any more, which is not answered.
    case begin, update, finish, abandon
    case hash, verify, isOutdated

    // From the child.
    /// What the plugin says of itself.
    case described
    /// Why it cannot be loaded or opened.
    case refused
    /// It is open.
    case ready
    /// A line for the log.
    case log
    /// A transfer's head, some of its body, its wish for bytes to send, its end.
    case head, data, want, done
    case pong

    // On a lane, from the child.
    case answered, failed
}
