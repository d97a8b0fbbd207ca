internal import CVaisShim
internal import Glibc
internal import VaisHost

/// What a process of the kit does: loads the plugin, and tries it, measures it or takes part in a check.
package enum KitChild {
    /// The descriptor on which events go.
    static let channel: Int32 = 3

    /// Does what the job says, and ends the process. A plugin's fault may end it sooner.
    package static func run(_ text: String) -> Never {
        vais_end_with_parent()
        vais_close_from(UInt32(channel) + 1)
        // The plugin is not to inherit it, should it start programs.
        _ = fcntl(channel, F_SETFD, FD_CLOEXEC)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(4), &none)  // RLIMIT_CORE: a crash is reported, not kept.
        guard let job = KitJob(text) else { exit(64) }
        switch job.task {
        case .check: check(job)
        case .probe: probe(job)
        case .measure: measure(job)
        case .work: Worker(job).run()
        }
        exit(0)
    }

    static func say(_ event: KitEvent) { say(event.line) }

    static func say(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(channel, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Whoever listened is gone.
            if count <= 0 { _exit(65) }
            rest = rest.dropFirst(count)
        }
    }

    /// Loads the plugin, or says why not and ends the process.
    private static func load(_ job: KitJob) -> PluginUnderTest {
        do {
            let plugin = try PluginUnderTest(job.plugin, kind: job.kind, configuration: job.configuration)
            // What is wrong with the settings is not a fault of the plugin.
            _ = try plugin.settings("/")
            return plugin
        } catch {
            let error = error as? PluginError ?? PluginError(.failed, "\(error)")
            say(.refused(message: error.message, hint: error.hint))
            _exit(1)
        }
    }

    private static func check(_ job: KitJob) {
        // The first thread of a process brings one of ThreadSanitizer's own, which is not to be taken for the plugin's.
        onThreads(1) { _ in }
        let before = Surroundings()
        say(.began(Check.loading.description))
        let plugin = load(job)
        say(.loaded(PluginFacts(plugin)))
        reportChanges(since: before, Check.loading)
        say(.ended(Check.loading.description, inapplicable: nil))
        let run = ConformanceRun(plugin: plugin, seed: job.seed, level: job.level)
        for name in job.checks {
            guard let check = Check.all.first(where: { $0.kind == job.kind && $0.description == name }) else {
                continue
            }
            say(.began(name))
            let before = Surroundings()
            let inapplicable = run.run(check) { say(.found($0)) }
            reportChanges(since: before, check)
            say(.ended(name, inapplicable: inapplicable))
        }
        say(.done)
    }

    private static func reportChanges(since before: Surroundings, _ check: Check) {
        for change in before.changesSince() {
            say(
                .found(
                    Finding(
                        check: check.description, message: change,
                        expected: "that a plugin leaves the process around it alone")))
        }
        before.restore()
    }

    private static func probe(_ job: KitJob) {
        do { say(.described(try PluginDescription(loading: job.plugin, job.kind))) } catch {
            let error = error as? PluginError ?? PluginError(.failed, "\(job.plugin): \(error)")
            say(.refused(message: error.message, hint: error.hint))
        }
    }

    private static func measure(_ job: KitJob) {
        let plugin = load(job)
        say(.loaded(PluginFacts(plugin)))
        do {
            if job.kind == .storage {
                try PluginMeasurements(plugin, job).run { say(.measured($0)) }
            } else {
                try CallMeasurements(job).run { say(.measured($0)) }
            }
            say(.done)
        } catch { say(.refused(message: "measuring \(plugin.note.id): \(error)", hint: nil)) }
    }
}
