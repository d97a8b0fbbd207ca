import Testing
import VaisProtocol
import VaisServer

@Suite("ServerConfiguration") struct ServerConfigurationTests {
    @Test("without variables it is what the original's was") func defaults() throws {
        let configuration = try ServerConfiguration(environment: [:])
        #expect(configuration.host == "0.0.0.0" && configuration.port == 3000)
        #expect(configuration.uploadBytes == 52_428_800 && configuration.tokenDays == 365)
        #expect(configuration.databasePath == "./data/registry.db" && configuration.storagePath == "./data/packages")
        #expect(!configuration.allowsAllOrigins && configuration.adminName == nil)
    }

    @Test("every variable of the original counts") func variables() throws {
        let configuration = try ServerConfiguration(environment: [
            "VAIS_REGISTRY_HOST": "::1", "VAIS_REGISTRY_PORT": "8080", "PORT": "9", "VAIS_REGISTRY_DB": "/d",
            "VAIS_REGISTRY_STORAGE": "/s", "VAIS_REGISTRY_MAX_UPLOAD": "1000", "VAIS_REGISTRY_TOKEN_EXPIRY": "30",
            "VAIS_REGISTRY_CORS_ALL": "TRUE", "VAIS_REGISTRY_CORS_ORIGINS": "https://a.example, http://b.example:8080",
            "VAIS_REGISTRY_LOGGING": "1", "VAIS_REGISTRY_ADMIN_USER": "root", "VAIS_REGISTRY_ADMIN_PASS": "secret",
        ])
        #expect(configuration.host == "::1" && configuration.port == 8080)
        #expect(configuration.databasePath == "/d" && configuration.storagePath == "/s")
        #expect(configuration.uploadBytes == 1000 && configuration.tokenDays == 30)
        #expect(configuration.allowsAllOrigins && configuration.logsRequests)
        #expect(configuration.allowedOrigins == ["https://a.example", "http://b.example:8080"])
        #expect(configuration.adminName == "root" && configuration.adminPassword == "secret")
        #expect(try ServerConfiguration(environment: ["PORT": "9"]).port == 9)
        #expect(try ServerConfiguration(environment: ["VAIS_REGISTRY_PORT": ""]).port == 3000)
    }

    @Test(
        "a value that cannot be parsed is an error that names the variable and not the value",
        arguments: [
            ("VAIS_REGISTRY_PORT", "eighty"), ("VAIS_REGISTRY_PORT", "65536"), ("PORT", "-1"),
            ("VAIS_REGISTRY_MAX_UPLOAD", "50MB"), ("VAIS_REGISTRY_MAX_UPLOAD", "0"),
            ("VAIS_REGISTRY_TOKEN_EXPIRY", "1.5"),
            ("VAIS_REGISTRY_CORS_ALL", "maybe"), ("VAIS_REGISTRY_LOGGING", "info"), ("VAIS_REGISTRY_CORS_ORIGINS", "*"),
            ("VAIS_REGISTRY_CORS_ORIGINS", "https://a.example/path"),
        ])
    func errors(_ name: String, _ value: String) {
        do {
            _ = try ServerConfiguration(environment: [name: value])
            Issue.record("it was accepted")
        } catch {
            #expect(error.message.contains(name))
            #expect(!error.message.contains(value) || value == "*")
        }
    }
}
