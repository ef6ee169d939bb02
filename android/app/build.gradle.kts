plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
    alias(libs.plugins.kotlin.compose)
}

/** Where cargo-ndk puts the Rust library, one folder for each kind of processor. */
val rustLibraries = layout.buildDirectory.dir("rustLibraries")

android {
    namespace = "org.wellkept.app"
    compileSdk = 36

    defaultConfig {
        applicationId = "org.wellkept.app"
        minSdk = 30
        targetSdk = 36
        versionCode = 1
        versionName = "0.1.0"
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }

    // The screens and the bindings are compiled into the app: one source set for the desktop and for AndroidX.
    sourceSets["main"].apply {
        kotlin.srcDirs("../ui/src/main/kotlin", "../bindings/src/main/kotlin", "../bindings/src/generated/kotlin")
        resources.srcDirs("../ui/src/main/resources")
        jniLibs.srcDirs(rustLibraries)
    }

    testOptions.unitTests {
        isIncludeAndroidResources = true
        all {
            it.jvmArgs("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED")
            it.systemProperty("jna.library.path", rootDir.resolve("../target/release").path)
            it.systemProperty("wellkept.programs", rootDir.resolve("../target/release").path)
            it.systemProperty("wellkept.app", projectDir.path)
        }
    }
}

kotlin.jvmToolchain(17)

dependencies {
    implementation(libs.activity.compose)
    implementation(libs.compose.foundation)
    implementation(libs.compose.material3)
    implementation(libs.compose.ui)
    implementation(libs.core.ktx)
    implementation(libs.coroutines.android)
    implementation(libs.lifecycle.runtime.compose)
    // With its own native part, for Android.
    implementation(variantOf(libs.jna) { artifactType("aar") })

    testImplementation(libs.compose.ui.test)
    testImplementation(libs.coroutines.test)
    testImplementation(libs.jna)
    testImplementation(libs.junit)
    testImplementation(libs.robolectric)
    testImplementation(libs.test.junit)
}

/**
 * Needs `cargo install cargo-ndk`, the Android NDK and `rustup target add aarch64-linux-android x86_64-linux-android`. The NDK: 28 or
 * newer, which lays libraries out for phones whose memory has pages of 16 KB; others would not load them.
 */
val rust by tasks.registering(Exec::class) {
    workingDir = rootDir.resolve("..")
    val targets = listOf("arm64-v8a", "x86_64").flatMap { listOf("--target", it) }
    val command = listOf("cargo", "ndk") + targets + listOf("--platform", "30", "--output-dir")
    commandLine(command + rustLibraries.get().asFile.path + listOf("build", "--locked", "--release", "-p", "bindings"))
    outputs.dir(rustLibraries)
    outputs.upToDateWhen { false }
}

tasks.named("preBuild") { dependsOn(rust) }
