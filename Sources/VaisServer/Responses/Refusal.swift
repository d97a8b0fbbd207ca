internal import HTTPTypes
internal import VaisProtocol

/// A problem whose answer needs headers of its own.
struct Refusal: Error {
    let problem: Problem
    let headers: HTTPFields

    init(_ problem: Problem, headers: HTTPFields) {
        self.problem = problem
        self.headers = headers
    }
}
