"""Question and answer jokes."""

JOKES = """
Why did the computer go to the doctor? | It had a virus.
Why was the math book sad? | It had too many problems.
What do you call a bear with no teeth? | A gummy bear.
Why did the bicycle fall over? | It was two-tired.
What do clouds wear under their coats? | Thunderwear.
Why do bees hum? | They forgot the words.
What is a cat's favorite color? | Purr-ple.
Why did the tomato turn red? | It saw the salad dressing.
What do you call a sleeping dinosaur? | A dino-snore.
How does the ocean say hello? | It waves.
Why did the cookie go to the nurse? | It felt crumby.
What is orange and sounds like a parrot? | A carrot.
Why can't a nose be twelve inches long? | Because then it would be a foot.
What has ears but cannot hear? | A field of corn.
What did one wall say to the other wall? | I will meet you at the corner.
Why did the banana see a doctor? | It was not peeling well.
What do you call cheese that is not yours? | Nacho cheese.
Why do cows wear bells? | Because their horns do not work.
Where do fish keep their money? | In the river bank.
What kind of tree fits in your hand? | A palm tree.
Why did the robot take a nap? | It needed to recharge.
What is a robot's favorite snack? | Computer chips.
Why was the keyboard always tired? | It had two shifts.
What did the zero say to the eight? | Nice belt!
Why was six afraid of seven? | Because seven ate nine.
What did the ocean say to the beach? | Nothing, it just waved.
How do you make an octopus laugh? | With ten-tickles.
What do you call a fish without an eye? | A fsh.
Why did the golfer bring two pairs of socks? | In case of a hole in one.
What do you get when you cross a snowman and a dog? | Frostbite.
Why did the chip go to school? | It wanted to be a smart chip.
Why do programmers like dark mode? | Because light attracts bugs.
Why did the logic gate skip the party? | It was NOT invited.
What does an FPGA eat for breakfast? | A bit of everything.
Why was the clock so calm? | It had plenty of time.
Why did the clock get in trouble at school? | It tocked too much.
What runs but never walks? | Water.
What kind of shoes do spies wear? | Sneakers.
What do you call a dog that does magic? | A labracadabrador.
Why did the chicken cross the playground? | To get to the other slide.
What is a tornado's favorite game? | Twister.
Why did the pencil win the race? | It had the lead.
What did the paper say to the pencil? | You have a good point.
How do trees get on the internet? | They log in.
What is the best day to go to the beach? | Sunday, of course.
What did the big flower say to the little flower? | Hi, bud!
Why did the mushroom get invited to every party? | He was a fun guy.
What do you call an alligator in a vest? | An investigator.
How do you catch a squirrel? | Climb a tree and act like a nut.
What kind of music do balloons hate? | Pop.
Why did the picture go to jail? | It was framed.
What do you call a train that sneezes? | Achoo-choo train.
Why was the broom late? | It over-swept.
What is a skeleton's favorite instrument? | The trombone.
What does a snail say on the back of a turtle? | Wheee!
Why are ghosts bad at lying? | You can see right through them.
Why did the student eat his homework? | The teacher said it was a piece of cake.
What do you give a sick lemon? | Lemon aid.
Where do cows go on Friday night? | To the moo-vies.
What did the left eye say to the right eye? | Something between us smells.
"""
