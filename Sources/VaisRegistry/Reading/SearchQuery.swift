internal import VaisProtocol

/// What to look for, and which part of the answer to show.
package struct SearchQuery: Sendable {
    package enum Order: String, Sendable { case downloads, newest, name, relevance }

    package var text = ""
    package var limit = ProtocolLimits.pageSize
    package var offset = 0
    /// Of a list: the `next` of the page before, in place of an offset.
    package var after: String?
    package var order = Order.downloads
    package var category: String?
    package var keyword: String?

    package init() {}
}

extension SearchQuery {
    private static let mostTerms = 8

    /// The words of the text: runs of letters and digits.
    var terms: [String] {
        text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).prefix(Self.mostTerms).map(String.init)
    }

    var labels: [PackageLabel] {
        (category.map { [PackageLabel(kind: .category, label: $0)] } ?? [])
            + (keyword.map { [PackageLabel(kind: .keyword, label: $0)] } ?? [])
    }

    /// The part of an ordered list that is asked for.
    func page<T>(of items: [T]) -> [T] { Array(items.dropFirst(max(0, offset)).prefix(max(0, limit))) }
}
