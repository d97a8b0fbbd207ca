internal import HTTPTypes
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import VaisProtocol

/// Watches one connection: cuts clients that are too slow, answers what is no HTTP with a problem document, and closes a connection
/// after a refusal in a way that lets the client read why.
///
///     bytes - HTTP codec - ConnectionGuard - Hummingbird
///
/// Used on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ServerLimits
    private let logger: Logger
    private let serial: @Sendable () -> UInt64

    private var watch: ConnectionWatch
    private var tick: Scheduled<Void>?
    /// Heads read less answers ended.
    private var open = 0
    private var isReadingBody = false
    private var hasAnswerBegun = false
    private var closesAfterAnswer = false
    /// The last answer is out: what still comes is thrown away until the client closes too.
    private var isLingering = false

    /// - Parameter serial: that of the registry's last change, which every answer carries.
    init(_ limits: ServerLimits, logger: Logger, serial: @escaping @Sendable () -> UInt64) {
        self.limits = limits
        self.logger = logger
        self.serial = serial
        watch = ConnectionWatch(limits)
    }

    // MARK: - Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        watch.startWaiting(.headTimeout)
        scheduleTick(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        tick?.cancel()
        tick = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        tick?.cancel()
        tick = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isLingering, case ChannelEvent.inputClosed? = event as? ChannelEvent {
            context.close(promise: nil)
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: - Requests

    func read(context: ChannelHandlerContext) {
        watch.wantsBytes = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            open += 1
            isReadingBody = true
            watch.startBody()
            if head.headerFields[values: .connection].contains(where: { lowercased($0.utf8) == "close" }) {
                closesAfterAnswer = true
            }
        case .body(let buffer):
            watch.received(buffer.readableBytes)
        case .end:
            isReadingBody = false
            watch.stop()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        watch.wantsBytes = false
        if isLingering { context.read() }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isLingering else { return }
        if open > 0 {
            // Whoever reads the body learns of it and answers; nothing may follow on this connection.
            closesAfterAnswer = true
            context.fireErrorCaught(error)
        } else if let error = error as? HTTPParserError {
            refuse(Problem(parser: error), context)
        } else if error is IOError {
            context.close(promise: nil)
        } else {
            refuse(Problem(.badRequest, "The request is not valid HTTP"), context)
        }
    }

    // MARK: - Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isLingering else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            hasAnswerBegun = true
            if closesAfterAnswer { head.headerFields[.connection] = "close" }
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            hasAnswerBegun = false
            open -= 1
            context.write(data, promise: promise)
            if closesAfterAnswer, open <= 0 || isReadingBody {
                context.flush()
                linger(context)
            } else if open == 0 {
                watch.startWaiting(.idleTimeout)
            }
        default:
            context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        watch.isWritable = context.channel.isWritable
        context.fireChannelWritabilityChanged()
    }

    /// Answers in the place of Hummingbird, which has seen no request or is not answering yet, and closes.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        var problem = problem
        let id = newRequestID()
        problem.requestID = id
        let body = problem.encoded()
        let head = HTTPResponse(
            status: HTTPResponse.Status(code: problem.status),
            headerFields: [
                .contentType: Problem.mediaType, .contentLength: String(body.count), .connection: "close",
                .serial: String(serial()), .requestID: id, .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// Closes our side and lets the client finish talking: closing both at once would make its system throw away the answer.
    private func linger(_ context: ChannelHandlerContext) {
        isLingering = true
        watch.startWaiting(.lingerTimeout)
        context.close(mode: .output, promise: nil)
        context.read()
    }

    // MARK: - Time

    private func scheduleTick(_ context: ChannelHandlerContext) {
        tick = context.eventLoop.assumeIsolated().scheduleTask(in: watch.interval) { [weak self] in
            self?.check(context)
        }
    }

    private func check(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        switch watch.verdict(isReadingBody: isReadingBody) {
        case .fine:
            break
        case .stuck:
            context.close(promise: nil)
            return
        case .late where isLingering || (open == 0 && watch.isIdle):
            context.close(promise: nil)
            return
        case .late:
            if hasAnswerBegun {
                context.close(promise: nil)
                return
            }
            refuse(Problem(.requestTimeout, "The request took too long"), context)
        }
        scheduleTick(context)
    }
}
