//! Reinforcement learning: a policy learns to balance a pole on a cart, in several environments, each with a forked context.
//!
//! ```text
//! cargo run --release --example cartpole
//! ```

use std::process::ExitCode;

use clap::Parser;
use device_context::{Device, prelude::*};
use indicatif::ProgressBar;

/// Learns to balance.
#[derive(Debug, Parser)]
struct Options {
    /// Where to compute: cpu, cuda:N or sim:N
    #[arg(long, default_value = "cpu")]
    device: Device,
    /// How often the policy is changed at most
    #[arg(long, default_value_t = 300)]
    rounds: usize,
    #[arg(long, default_value_t = 8)]
    environments: usize,
    /// How many episodes the policy is tested on
    #[arg(long, default_value_t = 100)]
    episodes: usize,
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// The longest episode; who balances for 475 steps on average has learnt it.
const STEPS: usize = 500;
const STATE: usize = 4;
const RATE: f32 = 0.5;
const DISCOUNT: f32 = 0.98;

/// The cart of Barto, Sutton and Anderson (1983): its place and speed, the pole's angle and its speed.
#[derive(Clone, Copy)]
struct Cart([f32; STATE]);

impl Cart {
    /// Pushes to the right or to the left for a fiftieth of a second; false if the pole fell or the cart left the track.
    fn push(&mut self, right: bool) -> bool {
        const GRAVITY: f32 = 9.8;
        const CART: f32 = 1.0;
        const POLE: f32 = 0.1;
        const HALF: f32 = 0.5;
        const FORCE: f32 = 10.0;
        const TIME: f32 = 0.02;
        let [x, v, angle, turn] = &mut self.0;
        let (sin, cos) = angle.sin_cos();
        let force = if right { FORCE } else { -FORCE };
        let pushed = (force + POLE * HALF * *turn * *turn * sin) / (CART + POLE);
        let turned = (GRAVITY * sin - cos * pushed) / (HALF * (4.0 / 3.0 - POLE * cos * cos / (CART + POLE)));
        let moved = pushed - POLE * HALF * turned * cos / (CART + POLE);
        *x += TIME * *v;
        *v += TIME * moved;
        *angle += TIME * *turn;
        *turn += TIME * turned;
        x.abs() <= 2.4 && angle.abs() <= 12.0_f32.to_radians()
    }
}

/// An environment: a context of its own, with random numbers that no other has.
struct Environment<C: Context> {
    ctx: C,
    state: Buffer<f32, C>,
    logit: Buffer<f32, C>,
}

/// What an episode brought: the states, and how much likelier each action was to become, before returns are known.
#[derive(Default)]
struct Episode {
    states: Vec<f32>,
    nudges: Vec<f32>,
}

impl<C: Context> Environment<C> {
    fn new(ctx: C) -> Result<Self> {
        Ok(Environment { state: ctx.alloc(STATE)?, logit: ctx.alloc(1)?, ctx })
    }

    /// Plays one episode. A learner tries actions at random, as likely as the policy finds them good.
    fn play(&mut self, policy: &Buffer<f32, C>, learning: bool) -> Result<Episode> {
        let ctx = &self.ctx;
        let start = ctx.read(&ctx.uniform(STATE, -0.05..0.05)?)?;
        let chances = ctx.read(&ctx.uniform(STEPS, 0.0..1.0)?)?;
        let mut cart = Cart([start[0], start[1], start[2], start[3]]);
        let mut episode = Episode::default();
        for chance in chances {
            ctx.write(&mut self.state, &cart.0)?;
            let logit = self.logit.matrix_mut(1, 1)?;
            ctx.gemm(1.0, self.state.matrix(1, STATE)?, policy.matrix(STATE, 1)?, 0.0, logit)?;
            let right_is_good = 1.0 / (1.0 + (-ctx.read(&self.logit)?[0]).exp());
            let right = if learning { chance < right_is_good } else { right_is_good > 0.5 };
            episode.states.extend(cart.0);
            episode.nudges.push(f32::from(right) - right_is_good);
            if !cart.push(right) {
                break;
            }
        }
        Ok(episode)
    }
}

/// Scales each step's nudge by what followed it, beside the mean of all steps.
fn weigh(episodes: &mut [Episode]) {
    let mut returns: Vec<Vec<f32>> = Vec::new();
    for episode in episodes.iter() {
        let mut after = 0.0;
        let mut of_episode: Vec<f32> = Vec::new();
        for _ in &episode.nudges {
            after = 1.0 + DISCOUNT * after;
            of_episode.push(after);
        }
        of_episode.reverse();
        returns.push(of_episode);
    }
    let all = || returns.iter().flatten().copied();
    let count = all().count() as f32;
    let mean = all().sum::<f32>() / count;
    let deviation = (all().map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt().max(1e-3);
    for (episode, returns) in episodes.iter_mut().zip(&returns) {
        for (nudge, value) in episode.nudges.iter_mut().zip(returns) {
            *nudge *= (value - mean) / deviation / count;
        }
    }
}

struct Learning<'a>(&'a Options);

impl Program for Learning<'_> {
    type Output = Result<f32>;

    fn run<C: Context>(self, ctx: C) -> Result<f32> {
        let options = self.0;
        let mut policy = ctx.zeros::<f32>(STATE)?;
        let environments: Result<Vec<_>> =
            (0..options.environments.max(1)).map(|_| Environment::new(ctx.fork()?)).collect();
        let mut environments = environments?;
        let bar = ProgressBar::new(options.rounds as u64);
        for round in 1..=options.rounds {
            let episodes: Result<Vec<_>> =
                environments.iter_mut().map(|environment| environment.play(&policy, true)).collect();
            let mut episodes = episodes?;
            let shortest = episodes.iter().map(|episode| episode.nudges.len()).min().unwrap_or(0);
            weigh(&mut episodes);
            // The gradient is the states times the weighed nudges; contexts share the policy, and its order follows.
            let states: Vec<f32> = episodes.iter().flat_map(|episode| &episode.states).copied().collect();
            let nudges: Vec<f32> = episodes.iter().flat_map(|episode| &episode.nudges).copied().collect();
            let steps = nudges.len();
            let (states, nudges) = (ctx.upload(&states)?, ctx.upload(&nudges)?);
            let (states, nudges) = (states.matrix(steps, STATE)?.t(), nudges.matrix(steps, 1)?);
            // Balanced, it needs no more.
            if shortest == STEPS {
                println!("balanced in every environment after {round} rounds");
                break;
            }
            ctx.gemm(RATE * 20.0, states, nudges, 1.0, policy.matrix_mut(STATE, 1)?)?;
            bar.set_message(format!("{} steps a round", steps));
            bar.inc(1);
        }
        bar.finish_and_clear();
        let mut total = 0;
        for episode in 0..options.episodes {
            let environment = episode % environments.len();
            total += environments[environment].play(&policy, false)?.nudges.len();
        }
        let mean = total as f32 / options.episodes.max(1) as f32;
        println!("{mean:.1} steps on average over {} episodes on {}", options.episodes, ctx.device());
        Ok(mean)
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let opened = AnyContext::builder(options.device).seed(options.seed).build();
    match opened.and_then(|ctx| ctx.run(Learning(&options))) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cartpole: {error}");
            ExitCode::FAILURE
        }
    }
}
