// swift-tools-version: 6.0
import PackageDescription

// The folder of the Rust library: given by ./swift, else where cargo builds it.
let library = Context.environment["WELLKEPT_LIBRARY"] ?? "\(Context.packageDirectory)/../target/release"

// The C side of the bindings. For iPhones the library is part of the app; README.md tells how it is made.
#if os(Linux)
let ffi: Target = .systemLibrary(name: "WellkeptFFI")
#else
let ffi: Target = .binaryTarget(name: "WellkeptFFI", path: "WellkeptFFI.xcframework")
#endif

let package = Package(
    name: "Wellkept",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "Wellkept", targets: ["Wellkept"])],
    targets: [
        ffi,
        // Generated, so it keeps the language mode that it was generated for.
        .target(
            name: "WellkeptBindings",
            dependencies: ["WellkeptFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [
                .linkedLibrary("wellkept", .when(platforms: [.linux])),
                .unsafeFlags(
                    ["-L\(library)", "-use-ld=lld", "-Xlinker", "-rpath", "-Xlinker", library],
                    .when(platforms: [.linux])
                ),
            ]
        ),
        .target(name: "Wellkept", dependencies: ["WellkeptBindings"]),
        .testTarget(name: "WellkeptTests", dependencies: ["Wellkept"]),
    ],
    swiftLanguageModes: [.v6]
)
